"""Codes of GS1 with several parts."""

from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.search.scan import gs1
from chalicelib.search.scan.check_digits import with_check_digit
from chalicelib.search.scan.gs1 import ScannedData

TODAY = date(2026, 11, 26)
GTIN = "04006381333931"
WHOLE = ScannedData(gtin=GTIN, lot="LOT-7", expiry=date(2027, 12, 31), serial="S(1)", count=12)


@pytest.mark.parametrize(
    "code",
    [
        f"01{GTIN}1727120010LOT-7\x1d21S(1)\x1d3012",
        f"\x1d01{GTIN}17271200\x1d10LOT-7\x1d21S(1)\x1d3012\x1d",
        f"]C101{GTIN}10LOT-7\x1d172712313012\x1d21S(1)",
        f"]d201{GTIN}3012\x1d17271231\x1d21S(1)\x1d10LOT-7",
        f"(01){GTIN}(17)271231(10)LOT-7(21)S(1)(30)12",
        f"https://id.example.com/01/{GTIN}/10/LOT-7/21/S%281%29?17=271231&30=12&linkType=all",
        "https://example.com/some/path/01/4006381333931/10/LOT-7/21/S(1)?17=271200&30=12",
    ],
)
def test_every_form_of_one_code_says_the_same(code: str) -> None:
    assert gs1.read(code, TODAY) == WHOLE


@pytest.mark.parametrize(
    ("code", "says"),
    [
        (f"https://id.example.com/01/{GTIN}/10/01", ScannedData(gtin=GTIN, lot="01")),
        (f"https://id.example.com/01/{GTIN}/21/00", ScannedData(gtin=GTIN, serial="00")),
        (
            f"https://id.example.com/01/{GTIN}/10/7?" + "&".join(f"x{n}=1" for n in range(30)),
            ScannedData(gtin=GTIN, lot="7"),
        ),
        ("(02)04006381333931(37)48(00)340123450000000001", None),
        (f"(02){GTIN}(37)48", ScannedData(gtin=GTIN, count=48)),
        ("00" + with_check_digit("34012345000000000"), ScannedData(sscc=with_check_digit("34012345000000000"))),
        (f"01{GTIN}3103001250", ScannedData(gtin=GTIN)),
        (f"01{GTIN}7003261224133010A", ScannedData(gtin=GTIN)),
        (
            f"(01){GTIN}(11)260101(15)260630",
            ScannedData(gtin=GTIN, production=date(2026, 1, 1), best_before=date(2026, 6, 30)),
        ),
    ],
)
def test_parts_of_other_kinds_are_read_or_passed_over(code: str, says: ScannedData | None) -> None:
    assert gs1.read(code, TODAY) == says


@pytest.mark.parametrize(
    "code",
    [
        "",
        "4006381333931",
        GTIN,
        "KT-4711",
        "0123456789012345678901",
        "(01)04006381333932(10)A",
        f"(01){GTIN}(17)271332",
        f"(01){GTIN}(17)27123",
        f"(01){GTIN}(30)many",
        f"(01){GTIN} and more (10)A",
        f"01{GTIN}17",
        f"01{GTIN}1",
        f"01{GTIN}10",
        "https://example.com/01",
        "https://example.com/a/b",
        "https://[",
        "(01)\u0660" + GTIN[1:],
    ],
)
def test_what_is_no_such_code_or_a_wrong_one_says_nothing(code: str) -> None:
    assert gs1.read(code, TODAY) is None


@pytest.mark.parametrize(
    ("digits", "day"),
    [("761231", date(2076, 12, 31)), ("771231", date(1977, 12, 31)), ("280200", date(2028, 2, 29))],
)
def test_a_year_of_two_digits_is_one_near_today_and_day_zero_is_the_last(digits: str, day: date) -> None:
    data = gs1.read(f"(01){GTIN}(17){digits}", TODAY)
    assert data is not None
    assert data.expiry == day


TEXTS = st.text("ABCxyz0123456789-./_", min_size=1, max_size=20)


@given(st.integers(0, 10**13 - 1), TEXTS, TEXTS, st.integers(0, 99999999), st.randoms())
def test_parts_are_read_in_any_order(number: int, lot: str, serial: str, count: int, random: Random) -> None:
    parts = [("10", lot), ("21", serial), ("30", str(count)), ("17", "271231")]
    random.shuffle(parts)
    gtin = with_check_digit(f"{number:013d}")
    scanned = f"01{gtin}" + "\x1d".join(ai + value for ai, value in parts)
    printed = f"(01){gtin}" + "".join(f"({ai}){value}" for ai, value in parts)
    expected = ScannedData(gtin=gtin, lot=lot, serial=serial, count=count, expiry=date(2027, 12, 31))
    assert gs1.read(scanned, TODAY) == gs1.read(printed, TODAY) == expected


@given(st.text(max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    for code in (text, f"({text}", f"01{GTIN}{text}", f"https://{text}/01/{text}"):
        found = gs1.read(code, TODAY)
        assert found is None or isinstance(found, ScannedData)
