"""Exact decimals: quantities, prices and amounts are strings in JSON, never numbers."""

import re
from decimal import Decimal
from typing import Any, ClassVar, Self

_PLAIN = re.compile(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,9})?")


class Exact(Decimal):
    """A decimal read from a plain string such as `12.5`: without exponent, plus sign or more than 24 digits."""

    places: ClassVar[int] = 9
    lowest: ClassVar[Decimal | None] = None
    exclusive: ClassVar[bool] = False

    @classmethod
    def parse(cls, value: Any) -> Self:
        """The number. ValueError with a message for the caller when `value` is not an accepted string."""
        if not isinstance(value, str):
            raise ValueError("Expected a decimal as a string")
        if not _PLAIN.fullmatch(value):
            raise ValueError("Expected a plain decimal such as 12.5")
        number = cls(value)
        if len(value.partition(".")[2]) > cls.places:
            raise ValueError(f"Expected at most {cls.places} decimal places")
        # "-0" is not below zero, but it is refused too: the schema allows no sign.
        below = cls.lowest is not None and (value.startswith("-") or number < cls.lowest)
        if below or (cls.exclusive and number == cls.lowest):
            raise ValueError(f"Expected a number {'above' if cls.exclusive else 'of at least'} {cls.lowest}")
        return number

    @classmethod
    def schema(cls) -> dict[str, Any]:
        """The JSON schema of accepted strings."""
        sign = "-?" if cls.lowest is None else ""
        pattern = rf"^{sign}(0|[1-9][0-9]{{0,14}})(\.[0-9]{{1,{cls.places}}})?$"
        if cls.exclusive:
            pattern = r"^(?!0(\.0+)?$)" + pattern.removeprefix("^")
        return {"type": "string", "pattern": pattern, "examples": ["12.5"]}


class Quantity(Exact):
    """A quantity in a unit of measure: more than zero, at most 6 decimal places."""

    places = 6
    lowest = Decimal(0)
    exclusive = True


class QuantityOrZero(Exact):
    """A quantity: zero or more, at most 6 decimal places."""

    places = 6
    lowest = Decimal(0)


class SignedQuantity(Exact):
    """A signed quantity, at most 6 decimal places."""

    places = 6


class Price(Exact):
    """The price or cost of one unit: zero or more, at most 6 decimal places."""

    places = 6
    lowest = Decimal(0)


class Amount(Exact):
    """An amount of money, zero or more; rounded by the document's rounding rule."""

    places = 4
    lowest = Decimal(0)


class Percent(Exact):
    """A percentage: zero or more, at most 4 decimal places; the maximum of 100 is checked by a business rule."""

    places = 4
    lowest = Decimal(0)


def plain(value: Decimal) -> str:
    """The canonical string: no exponent, no trailing zeros (`100`, `0.5`)."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text
