"""Money: currencies of ISO 4217, their decimal places, and rounding by a named rule."""

from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from enum import StrEnum
from functools import cache
from typing import Annotated

from msgspec import Meta

Currency = Annotated[str, Meta(pattern=r"^[A-Z]{3}$", description="ISO 4217", examples=["EUR"])]

_UNITS_OF_ACCOUNT = frozenset({"UYW", "VED", "XAD"})
"""Not used for payments: a pension index, the second code of Venezuela's currency, an accounting dinar."""
_ENDED_LATELY = {"ANG": 2, "BGN": 2}
"""Recently withdrawn from the standard; documents of last year still use them."""


class RoundingMode(StrEnum):
    """`half_up`: 0.5 away from zero, the commercial rule. `half_even`: banker's rounding."""

    HALF_UP = "half_up"
    HALF_EVEN = "half_even"


_MODES = {RoundingMode.HALF_UP: ROUND_HALF_UP, RoundingMode.HALF_EVEN: ROUND_HALF_EVEN}


def is_currency(code: str) -> bool:
    """Whether it is a currency of ISO 4217 used for payments; two recently withdrawn ones are still accepted."""
    return code in _places()


def minor_units(currency: str) -> int:
    """Decimal places of the currency; two for an unknown code."""
    return _places().get(currency, 2)


@cache
def _places() -> Mapping[str, int]:
    """Decimal places by currency code, from the table of ISO 4217, without funds and metals."""
    from iso4217 import raw_xml  # noqa: PLC0415 - reads a table, which most requests do not need

    found = dict(_ENDED_LATELY)
    for entry in raw_xml.iter("CcyNtry"):
        name, code, places = entry.find("CcyNm"), entry.findtext("Ccy", ""), entry.findtext("CcyMnrUnts", "")
        is_fund = name is not None and name.get("IsFund") is not None
        if places.isdigit() and not is_fund and code not in _UNITS_OF_ACCOUNT:
            found[code] = int(places)
    return found


def rounded(amount: Decimal, currency: str, rule: RoundingMode) -> Decimal:
    """The amount rounded to the currency's minor unit."""
    return amount.quantize(Decimal(1).scaleb(-minor_units(currency)), rounding=_MODES[rule])
