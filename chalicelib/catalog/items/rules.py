"""Rules of items, without access to the store."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Protocol

from msgspec import UNSET

from chalicelib.catalog.items import barcodes, conversions, tracking, units
from chalicelib.catalog.items.barcodes import Barcode, NewBarcode
from chalicelib.catalog.items.conversions import HasUnits
from chalicelib.catalog.items.kit_schemas import ItemKind, KitComponent
from chalicelib.catalog.items.schemas import Item, ItemChange
from chalicelib.catalog.items.tracking import ItemTracking, Tracked
from chalicelib.catalog.items.units import Unit
from chalicelib.kernel.errors import FieldError, Invalid, repeats


class Countable(Tracked, HasUnits, Protocol):
    """What is counted in units: an item to create, or its row."""

    @property
    def unit(self) -> Unit: ...
    @property
    def kind(self) -> ItemKind: ...
    @property
    def components(self) -> Sequence[KitComponent] | None: ...
    @property
    def reorder_point(self) -> Decimal | None: ...


def errors(item: Countable, given: Sequence[NewBarcode], pointer: str = "") -> list[FieldError]:
    """Wrong and repeated ones of the given barcodes, barcodes of a unit that the item does not have, a reorder point
    that is finer than the unit is counted, and what does not fit together in kind, units and tracking."""
    problems = barcodes.errors(given, f"{pointer}/barcodes")
    problems += [
        FieldError(f"{pointer}/barcodes/{index}/unit", "unknown_unit", "The item has no such unit.")
        for index, barcode in enumerate(given)
        if barcode.unit is not None and conversions.factor(item, barcode.unit) is None
    ]
    if item.reorder_point is not None:
        problems += units.errors(item.reorder_point, item.unit, f"{pointer}/reorder_point")
    return [*problems, *tracking.errors(item, pointer), *_kind_errors(item, pointer)]


def lost_unit_errors(item: Countable, stored: Sequence[Barcode], pointer: str = "") -> list[FieldError]:
    """An error for each unit that the item does not have any more although a barcode counts it."""
    lost = {each.unit for each in stored if each.unit is not None and conversions.factor(item, each.unit) is None}
    return [
        FieldError(f"{pointer}/units", "in_use", f"A barcode counts {unit}; change the barcode first.")
        for unit in sorted(lost)
    ]


NEVER = ("kind", "unit")
"""These never change, because documents and stock are counted by them."""


def check_fixed(before: Countable, moved: bool | None, change: ItemChange, pointer: str = "") -> None:
    """Invalid for each field that changes although it never can, or not any more since stock has moved."""
    fixed = dict.fromkeys(NEVER, "This cannot change once the item exists.")
    if moved:
        fixed |= dict.fromkeys(tracking.FIXED, "This cannot change: stock of the item has moved.")
    problems = [
        FieldError(f"{pointer}/{name}", "fixed", says)
        for name, says in fixed.items()
        if getattr(change, name, UNSET) not in (UNSET, getattr(before, name))
    ]
    if problems:
        raise Invalid(errors=problems)


def _kind_errors(item: Countable, pointer: str) -> list[FieldError]:
    """The errors in what follows from an item's kind: components, the base unit of a kit, a reorder point; and in its
    units."""
    problems = conversions.unit_errors(item, pointer)
    components = item.components or []
    if item.kind is not ItemKind.KIT and components:
        problems.append(FieldError(f"{pointer}/components", "not_a_kit", "Only a kit has components."))
    if item.kind is ItemKind.KIT and not components:
        problems.append(FieldError(f"{pointer}/components", "required", "A kit needs at least one component."))
    if item.kind is ItemKind.KIT and units.places(item.unit):
        problems.append(FieldError(f"{pointer}/unit", "not_whole", "Kits are counted in whole numbers."))
    if item.kind is not ItemKind.STOCKED and item.reorder_point is not None:
        problems.append(FieldError(f"{pointer}/reorder_point", "not_stocked", "Only stocked items are reordered."))
    if item.kind is not ItemKind.STOCKED and item.tracking is not ItemTracking.NONE:
        problems.append(FieldError(f"{pointer}/tracking", "not_stocked", "Only stocked items are tracked."))
    repeated = repeats(f"{pointer}/components", [component.item_id for component in components])
    return [*problems, *repeated]


def component_errors(components: Sequence[KitComponent], found: Mapping[str, Item], pointer: str) -> list[FieldError]:
    """The errors of components that are kits themselves, or whose quantity is finer than their unit is counted."""
    problems = []
    for index, component in enumerate(components):
        item, at = found[component.item_id], f"{pointer}/components/{index}"
        if item.kind is ItemKind.KIT:
            problems.append(FieldError(f"{at}/item_id", "nested_kit", "A kit cannot be a component of another kit."))
        problems += units.errors(component.quantity, item.unit, f"{at}/quantity")
    return problems
