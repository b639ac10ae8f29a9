"""Exact decimals: quantities, prices and amounts are strings in JSON, never numbers."""

import re
from decimal import Decimal
from typing import Any, ClassVar, Self

_PLAIN = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
_LONGEST = 40
"""No accepted string has more characters."""


class DecimalRefusedError(ValueError):
    """Raised by `Exact.parse`. code: of the field error. The text says what to send instead."""

    def __init__(self, code: str, says: str) -> None:
        super().__init__(says)
        self.code = code


class Exact(Decimal):
    """A decimal read from a plain string such as `12.5`: without exponent or plus sign.

    digits / places: at most so many before and after the point. lowest: None for numbers of any sign; `exclusive`: the
    lowest itself is refused. highest: where it is less than the digits allow. is_bare: read without zeros at its end.
    """

    digits: ClassVar[int] = 15
    places: ClassVar[int] = 9
    lowest: ClassVar[Decimal | None] = None
    highest: ClassVar[Decimal | None] = None
    exclusive: ClassVar[bool] = False
    is_bare: ClassVar[bool] = False

    @classmethod
    def parse(cls, value: object) -> Self:
        """The number. DecimalRefusedError when `value` is not an accepted string."""
        if not isinstance(value, str):
            raise DecimalRefusedError("wrong_type", 'Use a decimal in quotes, such as "12.5".')
        if len(value) > _LONGEST or not _PLAIN.fullmatch(value):
            raise DecimalRefusedError(
                "invalid_format", f"Use a decimal such as 12.5, with at most {cls.places} places."
            )
        if len(value.partition(".")[2]) > cls.places:
            raise DecimalRefusedError("too_precise", f"Use at most {cls.places} decimal places.")
        number = cls(value)
        # "-0" is not below zero, but it is refused too: the schema allows no sign.
        below = cls.lowest is not None and (value.startswith("-") or number < cls.lowest)
        above = abs(number) >= 10**cls.digits or (cls.highest is not None and number > cls.highest)
        if below or above or (cls.exclusive and number == cls.lowest):
            raise DecimalRefusedError("out_of_range", f"Use a number {cls._range()}.")
        return cls(plain(number)) if cls.is_bare else number

    @classmethod
    def _range(cls) -> str:
        most = f"below {10**cls.digits:,}"
        if cls.lowest is None:
            return f"{most}, plus or minus"
        if cls.highest is not None:
            return f"from {cls.lowest} to {cls.highest}"
        return f"above {cls.lowest} and {most}" if cls.exclusive else f"of at least {cls.lowest} and {most}"

    @classmethod
    def pattern(cls) -> str:
        """The regular expression of accepted strings."""
        sign = "-?" if cls.lowest is None else ""
        body = rf"{sign}(0|[1-9][0-9]{{0,{cls.digits - 1}}})(\.[0-9]{{1,{cls.places}}})?$"
        return r"^(?!0(\.0+)?$)" + body if cls.exclusive else "^" + body

    @classmethod
    def schema(cls) -> dict[str, Any]:
        """The JSON schema of accepted strings."""
        return {"type": "string", "pattern": cls.pattern(), "examples": ["12.5"]}


class Quantity(Exact):
    """A quantity in a unit of measure: more than zero, below a thousand million; the unit may allow fewer places."""

    digits = 9
    places = 6
    lowest = Decimal(0)
    exclusive = True
    is_bare = True


class QuantityOrZero(Exact):
    """A quantity that may be zero, else as `Quantity`."""

    digits = 9
    places = 6
    lowest = Decimal(0)
    is_bare = True


class SignedQuantity(Exact):
    """A quantity of either sign, else as `Quantity`."""

    digits = 9
    places = 6
    is_bare = True


class Price(Exact):
    """The price or cost of one unit: zero or more, below a million million; there are currencies with large numbers."""

    digits = 12
    places = 6
    lowest = Decimal(0)


class Amount(Exact):
    """An amount of money, zero or more, below a million million; rounded by the document's rounding rule."""

    digits = 12
    places = 4
    lowest = Decimal(0)


class Total(Amount):
    """A sum of amounts, in answers."""

    digits = 15


class Percent(Exact):
    """A part of a whole in percent: 0 to 100, at most 4 decimal places."""

    digits = 3
    places = 4
    lowest = Decimal(0)
    highest = Decimal(100)

    @classmethod
    def pattern(cls) -> str:
        return rf"^(100(\.0{{1,{cls.places}}})?|(0|[1-9][0-9]?)(\.[0-9]{{1,{cls.places}}})?)$"


def bare(value: Decimal) -> Decimal:
    """The same number without zeros at its end."""
    return Decimal(plain(value))


def plain(value: Decimal) -> str:
    """The canonical string: no exponent, no trailing zeros (`100`, `0.5`)."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text
