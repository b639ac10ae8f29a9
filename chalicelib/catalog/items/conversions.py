"""Conversion of quantities between the units of an item, by exact fractions, which are never rounded on the way."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from math import trunc
from typing import NamedTuple, Protocol

from chalicelib.catalog.items import units
from chalicelib.catalog.items.unit_schemas import ItemUnit
from chalicelib.catalog.items.units import Unit
from chalicelib.kernel.codes import folded
from chalicelib.kernel.decimals import Quantity, bare, plain
from chalicelib.kernel.errors import FieldError

_Measures = Mapping[Unit, Fraction]
_MEASURES: tuple[_Measures, ...] = (
    {
        Unit.MILLIGRAM: Fraction(1, 1000),
        Unit.GRAM: Fraction(1),
        Unit.KILOGRAM: Fraction(1000),
        Unit.TONNE: Fraction(1_000_000),
        Unit.OUNCE: Fraction("28.349523125"),
        Unit.POUND: Fraction("453.59237"),
    },
    {
        Unit.MILLIMETRE: Fraction(1, 1000),
        Unit.CENTIMETRE: Fraction(1, 100),
        Unit.METRE: Fraction(1),
        Unit.KILOMETRE: Fraction(1000),
        Unit.INCH: Fraction("0.0254"),
        Unit.FOOT: Fraction("0.3048"),
        Unit.YARD: Fraction("0.9144"),
    },
    {Unit.SQUARE_METRE: Fraction(1), Unit.SQUARE_FOOT: Fraction("0.09290304")},
    {
        Unit.MILLILITRE: Fraction(1, 1000),
        Unit.LITRE: Fraction(1),
        Unit.CUBIC_METRE: Fraction(1000),
        Unit.FLUID_OUNCE: Fraction("0.0295735295625"),
        Unit.GALLON: Fraction("3.785411784"),
    },
    {Unit.MINUTE: Fraction(1, 60), Unit.HOUR: Fraction(1)},
    {Unit.EACH: Fraction(1), Unit.PAIR: Fraction(2), Unit.DOZEN: Fraction(12)},
)
"""Units that measure the same, each in one of them: the international pound and yard of 1959, the United States fluid
ounce and gallon. A day is left out: it may be one of 24 hours or one of work."""
MOST = Decimal(10) ** Quantity.digits


class HasUnits(Protocol):
    """What has a base unit and perhaps others: an item, or a row that will be one."""

    @property
    def unit(self) -> Unit: ...
    @property
    def units(self) -> Sequence[ItemUnit] | None: ...


class Measured(NamedTuple):
    """A quantity as it was entered, with what it is in the item's base unit. factor: base units of one entered unit."""

    quantity: Decimal
    unit: str
    factor: Fraction
    base_quantity: Decimal


def factor(item: HasUnits, unit: str) -> tuple[str, Fraction] | None:
    """The unit as the item spells it, and how many base units one of it is; None when the item has no such unit."""
    wanted = folded(unit)
    if wanted == item.unit:
        return item.unit, Fraction(1)
    for own in item.units or ():
        if folded(own.unit) == wanted:
            return own.unit, own.factor
    for measures in _MEASURES:
        by_name = {each.value: value for each, value in measures.items()}
        if wanted in by_name and item.unit in by_name:
            return wanted, by_name[wanted] / by_name[item.unit]
    return None


def measured(item: HasUnits, quantity: Decimal, unit: str | None, pointer: str) -> Measured | FieldError:
    """The quantity in the item's base unit, or why it cannot be one. pointer: of what holds `quantity` and `unit`."""
    if unit is None or unit == item.unit:
        found: tuple[str, Fraction] | None = (item.unit, Fraction(1))
    else:
        found = factor(item, unit)
    if found is None:
        known = ", ".join([item.unit, *(own.unit for own in item.units or ())])
        return FieldError(f"{pointer}/unit", "unknown_unit", f"The item has no such unit. Its units: {known}.")
    return converted(quantity, *found, item.unit, pointer)


def converted(quantity: Decimal, unit: str, factor: Fraction, base_unit: str, pointer: str) -> Measured | FieldError:
    """The quantity with what it is in the base unit, or why it cannot be counted.

    What is counted in whole base units has to come out whole; what is measured is rounded down to the places of the
    base unit, so that never more is committed than was asked for.
    """
    at = f"{pointer}/quantity"
    if too_fine := units.errors(quantity, unit, at):
        return too_fine[0]
    if factor == 1 and units.places(unit) <= units.places(base_unit):
        return Measured(quantity, unit, factor, Decimal(quantity))
    exact = Fraction(quantity) * factor
    places = units.places(base_unit)
    steps = exact * 10**places
    if not places and steps.denominator != 1:
        shown = f"{plain(quantity)} {unit} are {_shown(exact)} {base_unit}"
        return FieldError(at, "not_whole", f"{shown}, which can only be counted in whole numbers.")
    base = bare(Decimal(trunc(steps)).scaleb(-places))
    if not 0 < abs(base) < MOST:
        return FieldError(at, "out_of_range", f"{plain(quantity)} {unit} cannot be counted in {base_unit}.")
    return Measured(quantity, unit, factor, base)


def unit_errors(item: HasUnits, pointer: str = "") -> list[FieldError]:
    """The errors of an item's units: one given twice, or as the base unit, or with another factor than is always so."""
    problems, seen = [], {folded(item.unit)}
    for index, own in enumerate(item.units or ()):
        at = f"{pointer}/units/{index}/unit"
        if folded(own.unit) in seen:
            problems.append(FieldError(at, "repeated", "The item has this unit already."))
        seen.add(folded(own.unit))
        fixed = factor(_Bare(item.unit), own.unit)
        if fixed is not None and fixed[1] != own.factor:
            says = f"One {own.unit} is always {_shown(fixed[1])} {item.unit}; leave it out or choose another name."
            problems.append(FieldError(at, "fixed_factor", says))
    return problems


class _Bare(NamedTuple):
    unit: Unit
    units: Sequence[ItemUnit] = ()


def _shown(value: Fraction) -> str:
    """A fraction as a decimal where it is one, else with its bar."""
    reduced = value.denominator
    for prime in (2, 5):
        while reduced % prime == 0:
            reduced //= prime
    return plain(Decimal(value.numerator) / Decimal(value.denominator)) if reduced == 1 else str(value)
