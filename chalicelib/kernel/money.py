"""Money: currencies of ISO 4217, their decimal places, and rounding by a named rule."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cache
from typing import Annotated

from chalicelib.kernel.decimals import Total
from chalicelib.kernel.texts import formatted

_UNITS_OF_ACCOUNT = frozenset({"UYW", "VED", "XAD"})
"""Not used for payments: a pension index, the second code of Venezuela's currency, an accounting dinar."""
_ENDED_LATELY = {"ANG": 2, "BGN": 2}
"""Recently withdrawn from the standard; documents of last year still use them."""


class RoundingMode(StrEnum):
    """`half_up`: 0.5 away from zero, the commercial rule. `half_even`: banker's rounding."""

    HALF_UP = "half_up"
    HALF_EVEN = "half_even"


class RoundingRule(StrEnum):
    """How totals are rounded to the currency's minor unit: each line before summing (`per_line`), or only the sums
    (`per_total`). `half_up` rounds 0.5 away from zero, `half_even` to the nearest even digit."""

    HALF_UP_PER_LINE = "half_up_per_line"
    HALF_EVEN_PER_LINE = "half_even_per_line"
    HALF_UP_PER_TOTAL = "half_up_per_total"
    HALF_EVEN_PER_TOTAL = "half_even_per_total"

    @property
    def mode(self) -> RoundingMode:
        """How one amount is rounded."""
        return RoundingMode.HALF_EVEN if self.startswith("half_even") else RoundingMode.HALF_UP

    @property
    def is_per_line(self) -> bool:
        """Whether each line is rounded before the sum."""
        return self.endswith("per_line")


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


Currency = Annotated[
    str,
    formatted(
        r"^[A-Z]{3}$",
        "Use a currency code of ISO 4217, such as EUR.",
        accepts=is_currency,
        code="unknown_currency",
        description="The currency, as a code of ISO 4217.",
        examples=["EUR"],
    ),
]


def rounded(amount: Decimal | Fraction, currency: str, rule: RoundingMode) -> Decimal:
    """The amount rounded to the currency's minor unit; a fraction exactly, without a decimal in between."""
    places = minor_units(currency)
    if isinstance(amount, Fraction):
        return Decimal(whole_units(amount * 10**places, rule)).scaleb(-places)
    return amount.quantize(Decimal(1).scaleb(-places), rounding=_MODES[rule])


def minor_unit(currency: str) -> Decimal:
    """The smallest amount of the currency, such as 0.01."""
    return Decimal(1).scaleb(-minor_units(currency))


def whole_units(amount: Fraction, mode: RoundingMode) -> int:
    """The whole number next to the amount."""
    if mode is RoundingMode.HALF_EVEN:
        return round(amount)
    size = int(abs(amount) + Fraction(1, 2))
    return size if amount >= 0 else -size


def rounded_together(values: Sequence[Fraction], currency: str, rule: RoundingMode) -> list[Decimal]:
    """The amounts rounded to the currency's minor unit so that they sum up to their rounded sum, each next to its
    value. The rest goes to those that lost most with their fractions; of equal ones, to the first."""
    places = minor_units(currency)
    exact = [value * 10**places for value in values]
    shares = [int(value) for value in exact]
    rest = whole_units(sum(exact, Fraction(0)), rule) - sum(shares)
    step = 1 if rest > 0 else -1
    by_loss = sorted(range(len(exact)), key=lambda number: (shares[number] - exact[number]) * step)
    for number in by_loss[: abs(rest)]:
        shares[number] += step
    return [Decimal(share).scaleb(-places) for share in shares]


def shown(amount: Decimal, currency: str) -> Total:
    """An amount with the decimal places of its currency, because DynamoDB removes trailing zeros."""
    return Total(amount.quantize(Decimal(1).scaleb(-minor_units(currency))))
