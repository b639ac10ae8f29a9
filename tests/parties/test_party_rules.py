"""Rules of parties, without a store."""

from dataclasses import dataclass
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.kernel import clock, phones
from chalicelib.kernel.external_refs import ExternalRef
from chalicelib.parties.parties import duplicates, languages, lookups, merging, tax_ids
from chalicelib.parties.parties.schemas import (
    DuplicateReason,
    PartyAddress,
    PartyAddressKind,
    PartyContact,
    PartyKind,
    PartyStatus,
    TaxId,
    TaxIdType,
)
from chalicelib.parties.parties.tables import Party

WORDS = st.sampled_from(["Ada", "ada", "Babbage", "Berg", "Ünal", "x"])
CONTACTS = st.builds(
    PartyContact,
    name=st.none() | WORDS,
    email=st.sampled_from(["a@b.example", "A@b.example", "c@d.example"]),
    phone=st.none() | st.sampled_from(["+49 731 1234567", "0731 1234567", "030 7654321"]),
    role=st.none() | WORDS,
)
ADDRESSES = st.builds(
    PartyAddress,
    kind=st.sampled_from(PartyAddressKind),
    country=st.sampled_from(["DE", "AT"]),
    city=WORDS,
    lines=st.lists(WORDS, max_size=2),
)
TAX_IDS = st.builds(
    TaxId,
    type=st.just(TaxIdType.OTHER),
    country=st.sampled_from(["DE", "AT"]),
    tax_number=st.sampled_from(["12", "1-2", "34"]),
)


def refs(names: str) -> st.SearchStrategy[list[ExternalRef]]:
    return st.lists(st.builds(ExternalRef, st.just("crm"), st.sampled_from(names)), unique=True, max_size=3)


def parties(party_id: str, names: str) -> st.SearchStrategy[Party]:
    """Parties as they are stored: nothing in place of an empty list."""
    return st.builds(
        lambda **values: Party(**{name: value or None for name, value in values.items()}),
        id=st.just(party_id),
        name=WORDS,
        kind=st.sampled_from(PartyKind),
        status=st.just(PartyStatus.ACTIVE),
        contacts=st.lists(CONTACTS, max_size=4),
        addresses=st.lists(ADDRESSES, max_size=4),
        tax_ids=st.lists(TAX_IDS, max_size=4),
        external_refs=refs(names),
    )


def lists(party: Party) -> dict[str, Any]:
    """What a merge can change, without what is null anyway."""
    names = ("contacts", "addresses", "tax_ids", "external_refs")
    return {name: list(getattr(party, name) or []) for name in names}


@given(loser=parties("pty_1", "abc"), winner=parties("pty_2", "xyz"))
def test_merge_and_undo_is_the_identity_on_what_nobody_changed_since(loser: Party, winner: Party) -> None:
    before = lists(loser), lists(winner)
    record = merging.missing(loser, winner, clock.now())
    merging.add(winner, record)
    merging.take_away(winner, record)
    assert (lists(loser), lists(winner)) == before


@given(loser=parties("pty_1", "abc"), winner=parties("pty_2", "xyz"))
def test_who_remains_has_all_that_both_had_and_nothing_twice(loser: Party, winner: Party) -> None:
    ours = lists(winner)
    record = merging.missing(loser, winner, clock.now())
    merging.add(winner, record)
    forms = {
        "contacts": merging.compared_contact,
        "addresses": merging.compared_address,
        "tax_ids": tax_ids.compared,
        "external_refs": lambda ref: ref,
    }
    for name, values in lists(winner).items():
        assert values[: len(ours[name])] == ours[name]
        added = [forms[name](each) for each in values[len(ours[name]) :]]
        known = {forms[name](each) for each in ours[name]}
        assert len(set(added)) == len(added)
        assert known.isdisjoint(added)
        assert {forms[name](each) for each in lists(loser)[name]} <= known.union(added)


@given(loser=parties("pty_1", "abc"), winner=parties("pty_2", "xyz"), new=CONTACTS, data=st.data())
def test_undoing_leaves_what_was_added_or_edited_since(
    loser: Party, winner: Party, new: PartyContact, data: st.DataObject
) -> None:
    ours = lists(winner)["contacts"]
    record = merging.missing(loser, winner, clock.now())
    merging.add(winner, record)
    contacts = lists(winner)["contacts"]
    edited = data.draw(st.integers(0, len(contacts) - 1)) if contacts else None
    if edited is not None:
        contacts[edited] = msgspec.structs.replace(contacts[edited], role="since")
    winner.contacts = [*contacts, msgspec.structs.replace(new, role="since")]
    merging.take_away(winner, record)
    left = lists(winner)["contacts"]
    since = [each for each in left if each.role == "since"]
    assert len(since) == (1 if edited is None else 2)
    untouched = [each for index, each in enumerate(ours) if index != edited]
    assert [each for each in left if each.role != "since"] == untouched


@given(st.lists(st.integers(0, 3)), st.lists(st.integers(0, 3)))
def test_what_is_taken_away_is_the_last_of_equal_ones(kept: list[int], added: list[int]) -> None:
    assert merging.without([*kept, *added], added) == kept


@dataclass(frozen=True)
class Spelled:
    one: str
    other: str
    same: bool


@pytest.mark.parametrize(
    "case",
    [
        Spelled("+49 731 1234567", "0049 731 1234567", same=True),
        Spelled("+49 (0) 731/123-4567", "0731 1234567", same=True),
        Spelled("+39 06 1234 5678", "06 1234 5678", same=True),
        Spelled("+1 (212) 555-0100", "212.555.0100 ext. 7", same=True),
        Spelled("+45 12 34 56 78", "12345678", same=True),
        Spelled("٠٧٣١ ١٢٣٤٥٦٧", "0731 1234567", same=True),
        Spelled("+49 731 1234567", "+43 731 1234567", same=False),
        Spelled("0731 1234567", "0731 1234568", same=False),
        Spelled("110", "+49 731 4567110", same=False),
        Spelled("110", "110", same=True),
    ],
    ids=lambda case: f"{case.one} / {case.other}",
)
def test_two_spellings_of_one_telephone_number_are_the_same(case: Spelled) -> None:
    assert phones.is_same(case.one, case.other) is phones.is_same(case.other, case.one) is case.same
    if case.same:
        assert phones.tail(case.one) == phones.tail(case.other)


@pytest.mark.parametrize(
    ("kind", "country", "number"),
    [
        ("vat", "DE", "DE 136,695 976".replace(",", "")),
        ("vat", "AT", "ATU13585627"),
        ("vat", "FR", "FR40303265045"),
        ("vat", "GR", "EL094259216"),
        ("vat", "GB", "GB980780684"),
        ("vat", "CH", "CHE-107.787.577 MWST"),
        ("gst", "AU", "83 914 571 673"),
        ("gst", "IN", "27AAPFU0939F1ZV"),
        ("ein", "US", "04-2103594"),
        ("vat", "KE", "P051234567X"),
        ("other", "DE", "1/23-X"),
    ],
)
def test_a_right_tax_id_of_any_country_is_taken(kind: str, country: str, number: str) -> None:
    assert list(tax_ids.errors([TaxId(type=TaxIdType(kind), country=country, tax_number=number)], "")) == []


@pytest.mark.parametrize(
    ("kind", "country", "number", "word"),
    [
        ("vat", "DE", "DE136695977", "check digit"),
        ("vat", "DE", "DE13669597", "short"),
        ("vat", "AT", "AT13585627", "form"),
        ("gst", "AU", "83914571674", "check digit"),
        ("ein", "US", "07-2103594", "form"),
        ("ein", "DE", "04-2103594", "United States"),
    ],
)
def test_a_wrong_tax_id_is_refused_with_what_is_wrong(kind: str, country: str, number: str, word: str) -> None:
    (error,) = tax_ids.errors([TaxId(type=TaxIdType(kind), country=country, tax_number=number)], "/tax_ids")
    assert word in error.message
    assert number not in error.message


@given(st.integers(0, 99_999_999), st.integers(0, 8), st.integers(1, 9))
def test_a_german_number_with_another_digit_is_refused(body: int, place: int, change: int) -> None:
    """Its check digit finds each single wrong digit (ISO 7064, Mod 11,10)."""
    from stdnum.iso7064 import mod_11_10

    number = f"1{body:08d}"[:8]
    number += mod_11_10.calc_check_digit(number)
    right = TaxId(type=TaxIdType.VAT, country="DE", tax_number=f"DE{number}")
    place = min(place, len(number) - 1)
    digit = str((int(number[place]) + change) % 10)
    wrong = msgspec.structs.replace(right, tax_number=f"DE{number[:place]}{digit}{number[place + 1 :]}")
    assert list(tax_ids.errors([right], "")) == []
    assert len(list(tax_ids.errors([wrong], ""))) == 1


@pytest.mark.parametrize("tag", ["de", "pt-BR", "zh-Hant-TW", "es-419", "gsw-CH", "en-GB-oxendict", "de-1901"])
def test_what_names_a_language_is_one(tag: str) -> None:
    assert languages.is_language(tag)


@pytest.mark.parametrize("tag", ["xx", "DE", "pt-br", "NaN", "german", "de-QQ", "de-ZZ", "de_DE", "", "d", "de-"])
def test_what_names_no_language_is_none(tag: str) -> None:
    assert not languages.is_language(tag)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Müller GmbH", "Mueller"),
        ("Lovelace Bikes GmbH & Co. KG", "LOVELACE BIKES"),
        ("Société Générale S.A.", "Societe Generale"),
        ("Straße & Söhne", "Strasse Soehne"),
    ],
)
def test_spellings_of_one_name_are_compared_alike(one: str, other: str) -> None:
    assert lookups.compared_name(one) == lookups.compared_name(other)


def test_each_thing_in_common_leaves_less_doubt() -> None:
    found = [duplicates.score([reason]) for reason in DuplicateReason]
    assert found == [90, 70, 60, 50]
    assert duplicates.score([DuplicateReason.EMAIL, DuplicateReason.PHONE]) == 88
    assert duplicates.score(DuplicateReason) == 99
