"""Weights and sizes with their units."""

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.kernel.decimals import Exact


class Measure(Exact):
    """A measurement: more than zero, at most 6 decimal places."""

    digits = 9
    places = 6
    lowest = Exact(0)
    exclusive = True


class WeightUnit(StrEnum):
    """The unit of a weight: gram, kilogram, ounce or pound."""

    GRAM = "g"
    KILOGRAM = "kg"
    OUNCE = "oz"
    POUND = "lb"


class LengthUnit(StrEnum):
    """The unit of a length: millimetre, centimetre, metre or inch."""

    MILLIMETRE = "mm"
    CENTIMETRE = "cm"
    METRE = "m"
    INCH = "in"


class Weight(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A weight, with packaging."""

    value: Annotated[Measure, Meta(description="The weight, in `unit`.")]
    unit: Annotated[WeightUnit, Meta(description="The unit of `value`.")]


class Size(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Outer dimensions, with packaging."""

    length: Annotated[Measure, Meta(description="The longest side, in `unit`.")]
    width: Annotated[Measure, Meta(description="The width, in `unit`.")]
    height: Annotated[Measure, Meta(description="The height, in `unit`.")]
    unit: Annotated[LengthUnit, Meta(description="The unit of the three sides.")]
