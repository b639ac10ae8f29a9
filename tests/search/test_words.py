"""The forms in which words and codes compare."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.search.index import words

_SCRIPTS = st.text(
    st.one_of(
        st.characters(codec="ascii"),
        st.characters(min_codepoint=0xC0, max_codepoint=0x24F),
        st.characters(min_codepoint=0x370, max_codepoint=0x5FF),
        st.characters(min_codepoint=0x900, max_codepoint=0xE7F),
        st.characters(min_codepoint=0x1E00, max_codepoint=0x1FFF),
        st.sampled_from("ßœæøłđıİΣσςÄÖÜäöü東京王한글\uff71\uff76\uff9e\uff11\u2167\u200d\u200c\u00ad'\u2019-/."),
    ),
    max_size=20,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Müller", "MUELLER"),
        ("Straße", "strasse"),
        ("Ångström", "angstrom"),
        ("Łódź", "lodz"),
        ("Ærø", "aero"),
        ("O\u2019Brien", "obrien"),
        ("ΟΔΥΣΣΕΥΣ", "οδυσσευς"),
        ("\uff21\uff22\uff23\uff11\uff12", "abc12"),
        ("\uff21nna\u200dLena", "annalena"),
        ("Đoàn", "doan"),
        ("ﬁne", "fine"),
        ("한글", "한글"),
    ],
)
def test_two_spellings_are_one(one: str, other: str) -> None:
    assert words.words(one) == words.words(other) != []


def test_vowel_signs_are_no_accents() -> None:
    assert words.words("हिन्दी की") != words.words("हन्द क")
    assert len(words.words("สวัสดี")) == 1


def test_words_end_at_everything_that_is_no_letter_or_digit() -> None:
    assert words.words("Smith-Jones & Co. (UK), Ltd/2") == ["smith", "jones", "co", "uk", "ltd", "2"]
    assert words.words("dada dada DADA") == ["dada"]
    assert words.words(" -_./ ") == []


@given(_SCRIPTS, st.data())
def test_the_form_of_a_beginning_is_a_beginning_of_the_form(text: str, data: st.DataObject) -> None:
    beginning = text[: data.draw(st.integers(0, len(text)))]
    assert words.code(text).startswith(words.code(beginning))
    found, whole = words.words(beginning), words.words(text)
    assert all(any(each.startswith(word) for each in whole) for word in found)


@given(_SCRIPTS)
def test_the_form_of_a_form_is_itself(text: str) -> None:
    plain = words.plain(text)
    assert words.plain(plain) == plain
    assert "#" not in plain


@pytest.mark.parametrize(
    ("number", "serial"),
    [("SO-2026-000123", "123"), ("K7", "7"), ("INV 000", "0"), ("A-12-B", "12"), ("none", None), ("", None)],
)
def test_a_number_is_known_by_its_last_digits(number: str, serial: str | None) -> None:
    assert words.serial(number) == serial


def test_common_words_lead_only_where_there_are_no_others() -> None:
    assert words.leading(["the", "muller", "gmbh"]) == ["muller"]
    assert words.leading(["die", "ag"]) == ["die", "ag"]
