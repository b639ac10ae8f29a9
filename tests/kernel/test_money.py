"""Currencies are those of ISO 4217 that people pay with, with their decimal places."""

from decimal import Decimal

import pytest

from chalicelib.kernel import money
from chalicelib.kernel.money import RoundingMode

NO_PLACES = {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV"}
NO_PLACES |= {"XAF", "XOF", "XPF"}
THREE_PLACES = {"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"}


def test_the_table_has_every_currency_that_people_pay_with_and_no_other() -> None:
    places = money._places()
    assert len(places) == 156
    assert {code for code, count in places.items() if count == 0} == NO_PLACES
    assert {code for code, count in places.items() if count == 3} == THREE_PLACES
    assert {count for count in places.values()} == {0, 2, 3}


@pytest.mark.parametrize("code", ["EUR", "USD", "JPY", "VES", "ZWG", "BGN", "ANG"])
def test_what_people_pay_with_is_a_currency(code: str) -> None:
    assert money.is_currency(code)


@pytest.mark.parametrize("code", ["QQQ", "XAU", "XXX", "XTS", "BOV", "CHE", "UYI", "VED", "eur", ""])
def test_funds_metals_and_unknown_codes_are_none(code: str) -> None:
    assert not money.is_currency(code)


@pytest.mark.parametrize(
    ("amount", "currency", "rule", "expected"),
    [
        ("2.345", "EUR", RoundingMode.HALF_UP, "2.35"),
        ("2.345", "EUR", RoundingMode.HALF_EVEN, "2.34"),
        ("2.5", "JPY", RoundingMode.HALF_UP, "3"),
        ("2.5", "JPY", RoundingMode.HALF_EVEN, "2"),
        ("2.3455", "KWD", RoundingMode.HALF_UP, "2.346"),
    ],
)
def test_amounts_are_rounded_to_the_minor_unit(amount: str, currency: str, rule: RoundingMode, expected: str) -> None:
    assert money.rounded(Decimal(amount), currency, rule) == Decimal(expected)
