"""Texts are stored in one form, in any script; equal codes have equal folded forms."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.kernel.codes import folded
from chalicelib.kernel.texts import fit_line, fit_prose, one_line, paragraphs

# Characters that combine, join, fold into others or are not seen are rare in random texts.
ODD = st.sampled_from("\u200c\u200d\u200b\u202e\u0301\u0345\u0338\u3000\u05d0\u5b57\u1fb7\u212b\u0130\u00dfeE \n\t")
TEXTS = st.text(st.one_of(st.characters(exclude_categories=["Cs"]), ODD), max_size=30)


@given(TEXTS)
@example("\u5b57\u200d\u3000")
@example("e\u200d\u0301\u200d\u5b57")
def test_what_is_in_form_stays_as_it_is(text: str) -> None:
    for form in (one_line, paragraphs, folded):
        assert form(form(text)) == form(text)


@given(TEXTS)
def test_every_spelling_of_unicode_for_the_same_text_is_one(text: str) -> None:
    for spelling in ("NFC", "NFD"):
        assert one_line(unicodedata.normalize(spelling, text)) == one_line(text)
        assert folded(unicodedata.normalize(spelling, text)) == folded(text)


@given(TEXTS)
def test_what_is_stored_is_compared_like_what_was_sent(text: str) -> None:
    assert folded(one_line(text)) == folded(text)


@given(TEXTS, st.integers(1, 20))
def test_a_text_of_another_system_always_fits(text: str, most: int) -> None:
    line, prose = fit_line(text, most), fit_prose(text, most)
    for fitted, kept in ((line, ""), (prose, "\n\t")):
        if fitted is not None:
            assert 0 < len(fitted) <= most
            assert not [each for each in fitted if unicodedata.category(each) == "Cc" and each not in kept]
    assert line is None or one_line(line) == line


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("  Fahrr\u00e4der ", "Fahrr\u00e4der"),
        ("Fahrra\u0308der", "Fahrr\u00e4der"),
        ("\ufeffACME\u200b", "ACME"),
        ("\u202eEMCA\u202c", "EMCA"),
        ("\u202d+49 30 901820\u202c", "+49 30 901820"),
        ("Rad\u00adweg", "Radweg"),
        ("adm\u200din", "admin"),
        ("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"),
        ("\U0001f468\u200d\U0001f469", "\U0001f468\u200d\U0001f469"),
        ("\u845b\U000e0100\u98fe", "\u845b\U000e0100\u98fe"),
        ("\u3164\u200b", ""),
    ],
)
def test_what_nobody_sees_is_removed_and_what_a_script_needs_stays(given_text: str, expected: str) -> None:
    assert one_line(given_text) == expected


def test_every_kind_of_line_break_is_a_line_feed() -> None:
    assert paragraphs("a\r\nb\rc\u2028d\u2029e\x85f\n") == "a\nb\nc\nd\ne\nf"


@pytest.mark.parametrize(
    "spelling",
    ["bike-26 red", " BIKE-26  RED ", "Bike-26\u00a0Red", "BIKE-26\u200b RED", "bi\u200dke-26 red"],
)
def test_codes_that_differ_in_case_blanks_or_what_nobody_sees_are_one(spelling: str) -> None:
    assert folded(spelling) == folded("BIKE-26 RED")


@pytest.mark.parametrize(("one", "other"), [("STRASSE", "stra\u00dfe"), ("\u00c4", "a\u0308"), ("\u03a3", "\u03c2")])
def test_case_is_that_of_unicode(one: str, other: str) -> None:
    assert folded(one) == folded(other)


@pytest.mark.parametrize(("one", "other"), [("A-1", "A1"), ("BIKE", "B\u0406KE"), ("M2", "M\u00b2"), ("1", "\uff11")])
def test_other_characters_are_other_codes(one: str, other: str) -> None:
    assert folded(one) != folded(other)
