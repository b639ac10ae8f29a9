"""Units of measure: the one table of how finely quantities in each are counted, and the check of a quantity."""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum

from chalicelib.kernel.codes import folded
from chalicelib.kernel.errors import FieldError


class Unit(StrEnum):
    """The unit of measure of quantities. More may be added, so accept unknown values."""

    EACH = "each"
    PAIR = "pair"
    SET = "set"
    DOZEN = "dozen"
    PACK = "pack"
    BOX = "box"
    CARTON = "carton"
    CRATE = "crate"
    PALLET = "pallet"
    BAG = "bag"
    BOTTLE = "bottle"
    CAN = "can"
    JAR = "jar"
    TUBE = "tube"
    ROLL = "roll"
    SHEET = "sheet"
    REAM = "ream"
    BUNDLE = "bundle"
    MILLIGRAM = "mg"
    GRAM = "g"
    KILOGRAM = "kg"
    TONNE = "t"
    OUNCE = "oz"
    POUND = "lb"
    MILLIMETRE = "mm"
    CENTIMETRE = "cm"
    METRE = "m"
    KILOMETRE = "km"
    INCH = "in"
    FOOT = "ft"
    YARD = "yd"
    SQUARE_METRE = "m2"
    SQUARE_FOOT = "sqft"
    CUBIC_METRE = "m3"
    MILLILITRE = "ml"
    LITRE = "l"
    FLUID_OUNCE = "floz"
    GALLON = "gal"
    MINUTE = "min"
    HOUR = "h"
    DAY = "day"
    KILOWATT_HOUR = "kwh"


PLACES: Mapping[str, int] = {
    # Small units of measure: a tenth, hundredth or thousandth.
    Unit.MILLIGRAM: 1,
    Unit.MILLIMETRE: 1,
    Unit.MILLILITRE: 1,
    Unit.CENTIMETRE: 2,
    Unit.MINUTE: 2,
    Unit.HOUR: 2,
    Unit.DAY: 2,
    Unit.GRAM: 3,
    Unit.OUNCE: 3,
    Unit.INCH: 3,
    Unit.FOOT: 3,
    Unit.YARD: 3,
    Unit.FLUID_OUNCE: 3,
    Unit.KILOWATT_HOUR: 3,
    # Large ones: to the gram, the millilitre, the millimetre.
    Unit.POUND: 4,
    Unit.GALLON: 4,
    Unit.METRE: 4,
    Unit.SQUARE_METRE: 4,
    Unit.SQUARE_FOOT: 4,
    Unit.KILOGRAM: 6,
    Unit.TONNE: 6,
    Unit.KILOMETRE: 6,
    Unit.CUBIC_METRE: 6,
    Unit.LITRE: 6,
}
"""Decimal places of quantities in each unit. What is not here is counted in whole numbers."""


def places(unit: str) -> int:
    """The decimal places of quantities in a unit; 0 for units of a company's own, such as a box of twelve."""
    return PLACES.get(folded(unit), 0)


def errors(quantity: Decimal, unit: str, pointer: str) -> list[FieldError]:
    """The error of a quantity that is finer than its unit is counted, at `pointer`."""
    if quantity == quantity.quantize(Decimal(1).scaleb(-places(unit))):
        return []
    number = f"at most {places(unit)} decimal places" if places(unit) else "a whole number"
    return [FieldError(pointer, "too_precise", f"Use {number}: the unit is {unit}.")]
