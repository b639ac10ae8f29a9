"""Money: an amount in a currency, rounded only by a rule that has a name."""

from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from enum import StrEnum

# Minor units that differ from two: ISO 4217, table A.1 (2026).
_MINOR_UNITS = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV"), 0),
    **dict.fromkeys(("XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}


class Rounding(StrEnum):
    """`half_up`: 0.5 away from zero, the commercial rule. `half_even`: banker's rounding."""

    HALF_UP = "half_up"
    HALF_EVEN = "half_even"


_MODES = {Rounding.HALF_UP: ROUND_HALF_UP, Rounding.HALF_EVEN: ROUND_HALF_EVEN}


def minor_units(currency: str) -> int:
    """Decimal places of the currency."""
    return _MINOR_UNITS.get(currency, 2)


def rounded(amount: Decimal, currency: str, rule: Rounding) -> Decimal:
    """The amount to the currency's minor unit."""
    return amount.quantize(Decimal(1).scaleb(-minor_units(currency)), rounding=_MODES[rule])
