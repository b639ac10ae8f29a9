"""API schemas of the units in which an item is bought, sold and counted."""

from decimal import Decimal
from fractions import Fraction
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.kernel.decimals import Exact
from chalicelib.kernel.texts import line


class FactorPart(Exact):
    """One side of a factor between units: more than zero, at most 9 decimal places."""

    digits = 9
    places = 9
    lowest = Decimal(0)
    exclusive = True


UnitName = Annotated[
    str,
    line(
        32,
        description="A unit of the item: its base unit, another one of the list of units that measures the same, or "
        "one of the item's own `units`.",
        examples=["box"],
    ),
]


class ItemUnit(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Another unit of an item. One of it is `numerator` / `denominator` of the item's base unit, exactly: a box of
    twelve has 12 / 1, a third of a roll 1 / 3."""

    unit: Annotated[
        str,
        line(
            32,
            description="The name of the unit. One of the list of units, counted as finely as there; or a name of "
            "your own, counted in whole numbers.",
            examples=["box"],
        ),
    ]
    numerator: Annotated[FactorPart, Meta(description="How many base units `denominator` of this unit are.")]
    denominator: Annotated[
        FactorPart, Meta(description="How many of this unit are `numerator` base units; 1 if absent.")
    ] = msgspec.field(default_factory=lambda: FactorPart(1))  # msgspec's schema cannot show a decimal default

    @property
    def factor(self) -> Fraction:
        """How many base units one of this unit is."""
        return Fraction(self.numerator) / Fraction(self.denominator)


ItemUnits = Annotated[
    list[ItemUnit],
    Meta(
        max_length=20,
        description="Other units in which the item is bought, sold or counted. A change replaces the whole list; what "
        "is written in a document keeps the factor of its time.",
    ),
]
