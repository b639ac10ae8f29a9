"""Rules of kits in orders: a line for the kit, which has the price, and one for each component, which has the stock."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

import msgspec

from chalicelib.catalog.items import units
from chalicelib.catalog.items.kit_schemas import ItemKind
from chalicelib.catalog.items.schemas import Item
from chalicelib.kernel.errors import FieldError
from chalicelib.parties.customer_items.schemas import CustomerItem
from chalicelib.sales.orders.content import ContentLine
from chalicelib.sales.orders.line_states import LineState

_ZERO = Decimal(0)


class KitQuantities(NamedTuple):
    """Whole kits, counted from what became of their components."""

    committed: Decimal
    picked: Decimal
    shipped: Decimal
    cancelled: Decimal
    backordered: Decimal


def component_line(
    kit: ContentLine, item: Item, per_kit: Decimal, number: int, words: CustomerItem | None = None
) -> ContentLine:
    """The line of a component: its quantity is fixed by the kit, its price is in the kit's. words: what the customer
    calls it."""
    quantity = kit.base_quantity * per_kit
    return ContentLine(
        line=number,
        item_id=item.id,
        sku=item.sku,
        name=item.name,
        customer_item_code=words.code if words else None,
        customer_item_name=words.name if words else None,
        kind=item.kind,
        unit=item.unit,
        base_unit=item.unit,
        warehouse_id=kit.warehouse_id,
        drop_ship=kit.drop_ship,
        quantity=quantity,
        base_quantity=quantity,
        kit_line=kit.line,
        per_kit=Decimal(per_kit),
        unit_price=_ZERO,
        price_unit=item.unit,
    )


def resized(kit: ContentLine, component: ContentLine) -> ContentLine:
    """The line of a component after its kit's quantity has changed: by what one kit had of it when it was ordered."""
    quantity = kit.base_quantity * (component.per_kit or _ZERO)
    return msgspec.structs.replace(
        component,
        quantity=quantity,
        base_quantity=quantity,
        warehouse_id=kit.warehouse_id,
        drop_ship=kit.drop_ship,
    )


def quantities(line: int, lines: Sequence[ContentLine], states: Sequence[LineState]) -> KitQuantities:
    """How many whole kits of a line are committed, picked and shipped, as many as the scarcest component allows, how
    many wait, and how many cannot be made any more. A kit without stocked components has these quantities itself."""
    kit = next(state for state in states if state.line == line)
    parts = [
        (part.per_kit, state)
        for part, state in zip(lines, states, strict=True)
        if part.kit_line == line and part.per_kit and part.kind is ItemKind.STOCKED
    ]
    if not parts:
        return KitQuantities(kit.committed, kit.picked, kit.shipped, kit.cancelled, kit.backordered)
    shipped = min(state.shipped // ratio for ratio, state in parts)
    held = min((state.shipped + state.committed) // ratio for ratio, state in parts)
    taken = min((state.shipped + state.picked) // ratio for ratio, state in parts)
    left = min((state.ordered - state.cancelled) // ratio for ratio, state in parts)
    planned = min((state.outstanding - state.unplanned + state.shipped) // ratio for ratio, state in parts)
    return KitQuantities(
        committed=held - shipped,
        picked=max(_ZERO, taken - shipped),
        shipped=shipped,
        cancelled=kit.ordered - left,
        backordered=max(_ZERO, planned - held),
    )


def whole(lines: Sequence[ContentLine], states: Sequence[LineState]) -> dict[int, Decimal]:
    """How much of each component may leave so that whole kits leave, by its line: the quantity for as many kits as are
    committed of all components."""
    kits: dict[int, Decimal] = {}
    pairs = [
        (line, state)
        for line, state in zip(lines, states, strict=True)
        if line.kit_line and line.kind is ItemKind.STOCKED
    ]
    for line, state in pairs:
        ready = (state.shipped + state.committed) // _ratio(line)
        kits[line.kit_line or 0] = min(ready, kits.get(line.kit_line or 0, ready))
    return {
        line.line: max(_ZERO, kits[line.kit_line or 0] * _ratio(line) - state.shipped - state.picked)
        for line, state in pairs
    }


class Portion(NamedTuple):
    """A quantity of a line, and the position in the request that asked for it."""

    line: int
    quantity: Decimal
    position: int


def expanded(requested: Sequence[tuple[int, Decimal]], lines: Sequence[ContentLine]) -> list[Portion]:
    """Each requested line and quantity, with its position in the request; in place of a kit its stocked components."""
    kits = {line.line for line in lines if line.kind is ItemKind.KIT}
    found = []
    for position, (number, quantity) in enumerate(requested):
        if number not in kits:
            found.append(Portion(number, quantity, position))
            continue
        parts = [line for line in lines if line.kit_line == number and line.kind is ItemKind.STOCKED]
        found += [Portion(part.line, quantity * _ratio(part), position) for part in parts]
    return found


def portion_errors(requested: Sequence[tuple[int, Decimal]], lines: Sequence[ContentLine]) -> list[FieldError]:
    """The errors of the requested lines that are kits: parts of a kit, and kits without stocked components."""
    kits = {line.line: line for line in lines if line.kind is ItemKind.KIT}
    stocked = {line.kit_line for line in lines if line.kind is ItemKind.STOCKED}
    problems = []
    for position, (number, quantity) in enumerate(requested):
        if number in kits:
            problems += units.errors(quantity, kits[number].base_unit, f"/lines/{position}/quantity")
        if number in kits and number not in stocked:
            says = "Nothing of this kit is shipped."
            problems.append(FieldError(f"/lines/{position}/line", "not_stocked", says))
    return problems


def edit_errors(quantity: Decimal, component: ContentLine, pointer: str, *, is_with_kit: bool) -> list[FieldError]:
    """The error of an edit of a component's own line: it follows the line of its kit, and goes when that goes. Showing
    it again as it is, with its kit, does no harm."""
    if is_with_kit and quantity == component.quantity:
        return []
    at = f"{pointer}/quantity" if is_with_kit else pointer
    return [
        FieldError(at, "kit_component", f"This is a component of the kit in line {component.kit_line}; give that line.")
    ]


def _ratio(line: ContentLine) -> Decimal:
    """How much one kit has of the component. ValueError for a line that is none."""
    if line.per_kit is None:
        raise ValueError("the line is not a component of a kit")
    return line.per_kit
