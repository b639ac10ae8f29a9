"""The items of an order's lines: by id, by SKU or by the customer's own code; and what the customer calls them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from chalicelib.catalog.items import service as items
from chalicelib.catalog.items.schemas import Item
from chalicelib.kernel.errors import FieldError, Invalid
from chalicelib.kernel.work import Work
from chalicelib.parties.customer_items import service as customer_items
from chalicelib.parties.customer_items.schemas import CustomerItem
from chalicelib.sales.orders.content import ContentLine
from chalicelib.sales.orders.line_schemas import NewSalesOrderLine

T = TypeVar("T")
_FIXED = "A line keeps its item; add a new line instead."
_OF_KIT = "A component lies where its kit is; give the line of the kit."


@dataclass(frozen=True, slots=True)
class Words:
    """What the customer of an order calls items. by_code: by the codes that lines give, which a line then shows."""

    by_item: Mapping[str, CustomerItem]
    by_code: Mapping[str, CustomerItem]

    def of(self, item_id: str, line: NewSalesOrderLine | None = None) -> CustomerItem | None:
        """What the customer calls the item; None when it has no code for it."""
        code = line.customer_item_code if line is not None else None
        return self.by_code.get(code or "") or self.by_item.get(item_id)


def words(work: Work, customer_id: str | None, item_ids: Sequence[str], by_code: Mapping[str, CustomerItem]) -> Words:
    """What the customer calls these items. At most one round trip more when they are read together with others, by
    `customer_items.refs`."""
    return Words(customer_items.of_items(work, customer_id, item_ids) if customer_id and item_ids else {}, by_code)


def by_customer_code(
    work: Work, lines: Sequence[NewSalesOrderLine], customer_id: str | None
) -> dict[str, CustomerItem]:
    """The codes of the customer that lines give, without unknown ones. Reads nothing when none is given."""
    codes = {line.customer_item_code: None for line in lines if line.customer_item_code is not None}
    return customer_items.find_by_code(work, customer_id, list(codes)) if codes and customer_id else {}


def ids_of(
    work: Work,
    lines: Sequence[NewSalesOrderLine],
    kept: Mapping[int, ContentLine],
    by_code: Mapping[str, CustomerItem],
) -> list[str]:
    """The item id of each line, by id, SKU or the customer's code; a line that stays need not give any. Invalid for
    unknown ones, and for new lines with none or several."""
    by_sku = items.ids_by_sku(work, [line.sku for line in lines if line.sku and not line.item_id])
    problems: list[FieldError] = []
    ids = []
    for index, line in enumerate(lines):
        coded = by_code.get(line.customer_item_code or "")
        item_id = line.item_id or by_sku.get(line.sku or "") or (coded.item_id if coded else None)
        found = _errors(line, item_id, kept.get(index), f"/lines/{index}")
        problems += found
        before = kept.get(index)
        if not found:
            ids.append(item_id or (before.item_id if before is not None else ""))
    if problems:
        raise Invalid(errors=problems)
    return ids


def _errors(line: NewSalesOrderLine, item_id: str | None, before: ContentLine | None, at: str) -> list[FieldError]:
    """The error of how a line names its item. item_id: the one that was found."""
    given = sum(each is not None for each in (line.item_id, line.sku, line.customer_item_code))
    if given > 1 or (before is None and not given):
        return [FieldError(at, "item_or_sku", "Give one of item_id, sku and customer_item_code.")]
    if line.sku is not None and item_id is None:
        return [FieldError(f"{at}/sku", "unknown_sku", "No item has this SKU.")]
    if line.customer_item_code is not None and item_id is None:
        says = "The customer of the order has no item with this code."
        return [FieldError(f"{at}/customer_item_code", "unknown_customer_item_code", says)]
    return []


def check_kept(lines: Sequence[NewSalesOrderLine], ids: Sequence[str], kept: Mapping[int, ContentLine]) -> None:
    """Invalid for lines that stay and would have another item, and for components away from their kits."""
    problems = [
        FieldError(f"/lines/{index}/item_id", "fixed", _FIXED)
        for index, before in kept.items()
        if ids[index] != before.item_id
    ]
    problems += [
        FieldError(f"/lines/{index}/warehouse_id", "kit_component", _OF_KIT)
        for index, before in kept.items()
        if before.kit_line is not None and lines[index].warehouse_id not in (None, before.warehouse_id)
    ]
    if problems:
        raise Invalid(errors=problems)


def items_of(work: Work, ids: Sequence[str], kept: Mapping[int, ContentLine]) -> dict[str, Item]:
    """The items of the lines, and the components of new kits. Invalid for those that are missing, and for new lines
    with archived ones."""
    pointers = [(index, item_id, f"/lines/{index}/item_id") for index, item_id in backwards(ids)]
    new = {item_id: pointer for index, item_id, pointer in pointers if index not in kept}
    found = items.known(work, [(item_id, pointer) for index, item_id, pointer in pointers if index in kept])
    found |= items.active(work, new.items())
    parts = {part.item_id: pointer for item_id, pointer in new.items() for part in found[item_id].components}
    return found | items.active(work, parts.items())


def backwards(values: Sequence[T]) -> list[tuple[int, T]]:
    """The values with their indexes, the last one first, so that of equal ones the first one is the one that counts."""
    return list(reversed(list(enumerate(values))))
