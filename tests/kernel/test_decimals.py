"""Decimals: what is accepted, what is said otherwise, and that the schema says the same."""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.kernel import decimals
from chalicelib.kernel.decimals import (
    Amount,
    DecimalRefusedError,
    Exact,
    Percent,
    Price,
    Quantity,
    QuantityOrZero,
    SignedQuantity,
    Total,
)
from chalicelib.kernel.measures import Measure

KINDS = [Amount, Measure, Percent, Price, Quantity, QuantityOrZero, SignedQuantity, Total]


def accepted(kind: type[Exact], text: str) -> bool:
    try:
        kind.parse(text)
    except DecimalRefusedError:
        return False
    return True


@given(st.sampled_from(KINDS), st.from_regex(r"-?(0|00|[1-9][0-9]{0,16})(\.[0-9]{0,8})?", fullmatch=True))
def test_a_string_is_accepted_exactly_if_it_matches_the_pattern_of_the_schema(kind: type[Exact], text: str) -> None:
    assert accepted(kind, text) == (re.fullmatch(kind.schema()["pattern"], text, re.ASCII) is not None)


@pytest.mark.parametrize(
    ("kind", "most", "beyond"),
    [
        (Quantity, "999999999.999999", "1000000000"),
        (SignedQuantity, "-999999999.999999", "-1000000000"),
        (Price, "999999999999.999999", "1000000000000"),
        (Amount, "999999999999.9999", "1000000000000"),
        (Percent, "100.0000", "100.0001"),
    ],
)
def test_numbers_have_a_maximum(kind: type[Exact], most: str, beyond: str) -> None:
    assert kind.parse(most) == Decimal(most)
    with pytest.raises(DecimalRefusedError) as refused:
        kind.parse(beyond)
    assert refused.value.code == "out_of_range"


@pytest.mark.parametrize(
    ("kind", "value", "code", "says"),
    [
        (Quantity, 5, "wrong_type", 'Use a decimal in quotes, such as "12.5".'),
        (Quantity, "1e3", "invalid_format", "Use a decimal such as 12.5, with at most 6 places."),
        (Quantity, "9" * 1000, "invalid_format", "Use a decimal such as 12.5, with at most 6 places."),
        (Amount, "1.00001", "too_precise", "Use at most 4 decimal places."),
        (Quantity, "0", "out_of_range", "Use a number above 0 and below 1,000,000,000."),
        (Amount, "-1", "out_of_range", "Use a number of at least 0 and below 1,000,000,000,000."),
        (Percent, "101", "out_of_range", "Use a number from 0 to 100."),
        (SignedQuantity, "-1000000000", "out_of_range", "Use a number below 1,000,000,000, plus or minus."),
    ],
)
def test_a_refusal_says_what_to_send(kind: type[Exact], value: object, code: str, says: str) -> None:
    with pytest.raises(DecimalRefusedError, match=re.escape(says)) as refused:
        kind.parse(value)
    assert refused.value.code == code


def test_all_kinds_are_looked_at() -> None:
    made = {each for each in vars(decimals).values() if isinstance(each, type) and issubclass(each, Exact)}
    assert made - {Exact} <= set(KINDS)
