"""Rules of price lists, without access to the store: which prices an item may have in a list."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from chalicelib.catalog.items import conversions, units
from chalicelib.catalog.items.schemas import Item
from chalicelib.catalog.price_lists.price_schemas import PriceEntry
from chalicelib.kernel import periods
from chalicelib.kernel.codes import folded
from chalicelib.kernel.errors import FieldError


def factor_to_base(item: Item, unit: str) -> Fraction | None:
    """How many of the item's base units one `unit` is; None when the item has no such unit."""
    found = conversions.factor(item, unit)
    return found[1] if found else None


def entry_errors(entries: Sequence[PriceEntry], item: Item, pointer: str) -> list[FieldError]:
    """All errors of an item's prices in a list: a unit that the item does not have, a minimum that is finer than its
    unit, no or two kinds of price, a period that ends before it begins, two prices of one unit from one quantity on one
    day."""
    problems: list[FieldError] = []
    for index, entry in enumerate(entries):
        at = f"{pointer}/entries/{index}"
        problems += errors_of_one(entry, item, at) + overlaps(entry, entries[:index], at)
    return problems


def errors_of_one(entry: PriceEntry, item: Item, at: str) -> list[FieldError]:
    """The errors of one price by itself."""
    problems = []
    if factor_to_base(item, entry.unit) is None:
        problems.append(FieldError(f"{at}/unit", "unknown_unit", f"The item is not counted in {entry.unit}."))
    problems += units.errors(entry.minimum_quantity, entry.unit, f"{at}/minimum_quantity")
    problems += units.errors(entry.per, entry.unit, f"{at}/per")
    if (entry.amount is None) == (entry.discount_percent is None):
        problems.append(FieldError(at, "amount_or_discount", "Give either amount or discount_percent."))
    elif entry.amount is None and entry.per != 1:
        problems.append(FieldError(f"{at}/per", "not_with_discount", "A discount is off the item's own price."))
    return problems + periods.errors(entry, at)


def overlaps(entry: PriceEntry, others: Sequence[PriceEntry], at: str) -> list[FieldError]:
    """The error of a price when another one counts for the same unit and minimum quantity on one of its days."""
    key = folded(entry.unit), entry.minimum_quantity
    same = [other for other in others if (folded(other.unit), other.minimum_quantity) == key]
    if not any(periods.overlap(entry, other) for other in same):
        return []
    says = "Another price of this unit and minimum quantity counts on some of these days."
    return [FieldError(at, "overlapping", says)]


Identity = tuple[str, Decimal, date | None]


def identity(entry: PriceEntry) -> Identity:
    """What names a price among those of an item in a list: unit, minimum quantity and first day."""
    return folded(entry.unit), entry.minimum_quantity, entry.valid_from


def ordered(entries: Iterable[PriceEntry]) -> list[PriceEntry]:
    """The prices by unit, minimum quantity and first day, as they are stored."""
    return sorted(entries, key=lambda entry: (folded(entry.unit), entry.minimum_quantity, periods.begins(entry)))
