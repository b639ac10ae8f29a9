"""What a row says of persons, and what is left when it is taken out."""

from typing import Any

from chalicelib.kernel.dynamo.model import Row
from chalicelib.kernel.tenant import Tenant
from chalicelib.parties.parties.schemas import PartyAddress, PartyAddressKind, PartyContact, PartyKind, TaxId, TaxIdType
from chalicelib.parties.parties.tables import Party
from chalicelib.privacy.persons import content
from chalicelib.privacy.persons.sought import Matcher, Sought

TENANT = Tenant("acme")


def party(**fields: Any) -> Party:
    return Party(partition=TENANT.key(), id="pty_1", kind=PartyKind.PERSON, name="Joan Smit", **fields)


def erased(row: Row, *paths: tuple[str | int, ...]) -> Any:
    leaves = [leaf for block in content.blocks(row) for leaf in (*block.leaves, *block.texts)]
    content.erase(row, [leaf for leaf in leaves if not paths or leaf.path[: len(paths[0])] in paths])
    return row


def test_each_structure_is_a_block_and_free_texts_stand_for_themselves() -> None:
    row = party(
        contacts=[PartyContact(name="Joan", email="j@x.example"), PartyContact(name="Tim", phone="123")],
        notes="a note",
    )
    found = {block.path: [leaf.field for leaf in block.leaves] for block in content.blocks(row)}
    assert found == {
        (): ["name"],
        ("contacts", 0): ["contacts.name", "contacts.email"],
        ("contacts", 1): ["contacts.name", "contacts.phone"],
    }
    assert [leaf.path for block in content.blocks(row) for leaf in block.texts] == [("notes",)]


def test_what_may_be_missing_goes_and_what_is_required_becomes_a_word() -> None:
    row = erased(party(legal_name="Joan Smit e.K.", notes="a note"))
    assert (row.name, row.legal_name, row.notes) == ("erased", None, None)


def test_entries_that_say_nothing_any_more_are_gone_and_others_stay_as_they_are() -> None:
    tim = PartyContact(name="Tim", phone="123")
    row = party(
        contacts=[PartyContact(name="Joan", email="j@x.example"), tim],
        tax_ids=[TaxId(type=TaxIdType.VAT, country="NL", tax_number="NL123456782B90")],
    )
    assert erased(row, ("contacts", 0)).contacts == [tim]
    assert erased(row, ("tax_ids", 0)).tax_ids is None
    assert row.name == "Joan Smit"


def test_of_an_address_the_country_stays() -> None:
    kind = PartyAddressKind.BILLING
    full = PartyAddress(
        kind=kind, name="Joan Smit", lines=["Oude Delft 1", "Apt 2"], city="Delft", region="ZH", country="NL", phone="1"
    )
    assert erased(party(addresses=[full]), ("addresses", 0)).addresses == [PartyAddress(kind=kind, country="NL")]


def test_a_name_needs_two_words_and_a_number_any_spelling() -> None:
    matcher = Matcher(Sought(names=["Joan Mary Smit"], emails=["J.Smit@x.example"], phones=["+31 20 794 6095"]))
    assert matcher.is_name("SMIT,", "Joan")
    assert not matcher.is_name("Joan")
    assert not matcher.is_name("Joan Smith")
    assert matcher.is_contact("j.smit@X.example")
    assert matcher.is_contact("020-7946095")
    assert matcher.tells_contact("ring 0031 (0)20 7946095, or write")
    assert matcher.tells_contact("<j.smit@x.example>")
    assert not matcher.tells_contact("order 4711 of 2026-11-27")
    assert matcher.tells_name("For Joan Mary Smit only") and not matcher.tells_name("For Joan only")
