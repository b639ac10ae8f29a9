"""Rules of vendor items, without access to the store: what may be said of one, how much to order, and its price."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import NamedTuple, Protocol

from chalicelib.catalog.items import conversions, units
from chalicelib.catalog.items.conversions import HasUnits
from chalicelib.kernel import periods
from chalicelib.kernel.errors import FieldError
from chalicelib.kernel.money import RoundingMode, rounded
from chalicelib.parties.vendor_items.schemas import VendorPrice


class Offered(Protocol):
    """What says how a vendor sells an item: a vendor item, or a row that will be one."""

    @property
    def unit(self) -> str: ...
    @property
    def currency(self) -> str: ...
    @property
    def prices(self) -> Sequence[VendorPrice] | None: ...
    @property
    def minimum_quantity(self) -> Decimal | None: ...
    @property
    def minimum_unit(self) -> str | None: ...
    @property
    def multiple(self) -> Decimal | None: ...


class ToOrder(NamedTuple):
    """A quantity to order, in the purchase unit and in the item's base unit, with its price and total if it has any."""

    quantity: Decimal
    unit: str
    base_quantity: Decimal
    price: VendorPrice | None
    total: Decimal | None


def spelled(item: HasUnits, unit: str) -> str:
    """The unit as the item spells it; an unknown one as it is."""
    found = conversions.factor(item, unit)
    return unit if found is None else found[0]


def errors(offered: Offered, item: HasUnits) -> list[FieldError]:
    """All errors of a vendor item: units that the item does not have, quantities finer than their units, a unit of no
    minimum, periods that end before they begin, two prices from one quantity on one day."""
    problems = _unit_errors(item, offered.unit, "/unit")
    if offered.minimum_unit is not None:
        problems += _unit_errors(item, offered.minimum_unit, "/minimum_unit")
        if offered.minimum_quantity is None:
            says = "It is the unit of the minimum quantity; give that too."
            problems.append(FieldError("/minimum_unit", "needs_minimum_quantity", says))
    if offered.minimum_quantity is not None:
        unit = offered.minimum_unit or offered.unit
        problems += units.errors(offered.minimum_quantity, unit, "/minimum_quantity")
    if offered.multiple is not None:
        problems += units.errors(offered.multiple, offered.unit, "/multiple")
    prices = offered.prices or ()
    for index, price in enumerate(prices):
        at = f"/prices/{index}"
        problems += units.errors(price.minimum_quantity, offered.unit, f"{at}/minimum_quantity")
        problems += units.errors(price.per, offered.unit, f"{at}/per")
        problems += periods.errors(price, at)
        same = [each for each in prices[:index] if each.minimum_quantity == price.minimum_quantity]
        if any(periods.overlap(price, each) for each in same):
            says = "Another price from this quantity counts on some of these days."
            problems.append(FieldError(at, "overlapping", says))
    return problems


def _unit_errors(item: HasUnits, unit: str, pointer: str) -> list[FieldError]:
    if conversions.factor(item, unit) is not None:
        return []
    known = ", ".join([item.unit, *(own.unit for own in item.units or ())])
    return [FieldError(pointer, "unknown_unit", f"The item has no such unit. Its units: {known}.")]


def to_order(need: Fraction, offered: Offered, item: HasUnits, day: date) -> ToOrder | None:
    """What to order so that it is no less than the need, which is in base units; None when the item has not got the
    units any more.

    All is computed in exact fractions: the need and the minimum are converted to the purchase unit, the larger one is
    rounded up once, to the multiple or to the places of the unit; so a minimum of just the need is met by it, though
    neither has an exact decimal in the purchase unit. What is counted in whole base units comes out whole. Then the
    break of that quantity gives the price.
    """
    purchase = conversions.factor(item, offered.unit)
    least = _minimum(offered, item)
    if purchase is None or least is None:
        return None
    unit, factor = purchase
    step = _step(offered, unit, factor, item)
    quantity = ceil(max(need, least) / factor / step) * step
    price = price_of(offered.prices or (), quantity, day)
    total = None
    if price is not None:
        value = Fraction(price.amount) * quantity / Fraction(price.per)
        total = rounded(value, offered.currency, RoundingMode.HALF_UP)
    base = _decimal(quantity * factor, units.places(item.unit))
    return ToOrder(_decimal(quantity, units.places(unit)), unit, base, price, total)


def price_of(prices: Sequence[VendorPrice], quantity: Fraction, day: date) -> VendorPrice | None:
    """The price of a quantity on a day: of those that count, that with the largest minimum; None when there is none."""
    counting = [each for each in prices if periods.holds(each, day) and each.minimum_quantity <= quantity]
    return max(counting, key=lambda each: each.minimum_quantity, default=None)


def _minimum(offered: Offered, item: HasUnits) -> Fraction | None:
    """The least quantity in base units; None when its unit is unknown."""
    if offered.minimum_quantity is None:
        return Fraction(0)
    found = conversions.factor(item, offered.minimum_unit or offered.unit)
    return None if found is None else Fraction(offered.minimum_quantity) * found[1]


def _step(offered: Offered, unit: str, factor: Fraction, item: HasUnits) -> Fraction:
    """Quantities to order are multiples of this, in the purchase unit: of the pack or of the unit's finest quantity,
    and of so many of them that whole base units stay whole."""
    step = Fraction(1, 10 ** units.places(unit)) if offered.multiple is None else Fraction(offered.multiple)
    return step if units.places(item.unit) else step * (step * factor).denominator


def _decimal(value: Fraction, places: int) -> Decimal:
    """The value, rounded down to decimal places."""
    return Decimal(floor(value * 10**places)).scaleb(-places)
