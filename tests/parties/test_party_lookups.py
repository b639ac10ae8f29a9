"""Finding customers and vendors by what is personal."""

import pytest

from tests.parties.people import customer, found, read, vendor
from tests.world import Client


def test_a_telephone_number_is_found_however_it_is_spelled(acme: Client) -> None:
    firm = customer(acme, contacts=[{"phone": "+49 (0)731 123 45-67"}])
    other = customer(acme, contacts=[{"phone": "0731 9234567"}])
    for spelled in ("%2B497311234567", "0049%20731%201234567", "0731/1234567", "731%201234567%20ext.%203"):
        assert found(acme, f"phone={spelled}") == [firm["id"]], spelled
    assert found(acme, "phone=%2B49%20731%209234567") == [other["id"]]
    assert found(acme, "phone=%2B43%20731%201234567") == []
    acme.patch(f"/v1/customers/{firm['id']}", {"contacts": []}, etag=1).ok()
    assert found(acme, "phone=0731/1234567") == []


def test_names_are_found_by_the_beginnings_of_their_words_in_any_case(acme: Client) -> None:
    ada = customer(acme, kind="person", name="Ada Lovelace")
    both = customer(acme, name="Adams", legal_name="Adams Engines Ltd")
    legal = customer(acme, name="Works", legal_name="Ädams & Söhne")
    acme.world.settle()
    assert sorted(found(acme, "q=AD")) == sorted([ada["id"], both["id"], legal["id"]])
    assert found(acme, "q=ada%20lov") == [ada["id"]]
    assert found(acme, "q=%C3%A4dams%20%26%20s%C3%B6") == [legal["id"]]
    assert found(acme, "q=adams%20engines%20ltd.") == [both["id"]]
    acme.patch(f"/v1/customers/{ada['id']}", {"name": "Bea Lovelace"}, etag=1).ok()
    acme.world.settle()
    assert (found(acme, "q=bea"), found(acme, "q=ada%20lov")) == ([ada["id"]], [])


def test_long_names_are_told_apart_by_their_last_words(acme: Client) -> None:
    one = customer(acme, name="Internationale Vereinigung der Bäcker")
    two = customer(acme, name="Internationale Vereinigung der Köche")
    acme.world.settle()
    assert found(acme, "q=internationale%20vereinigung%20der") == [two["id"], one["id"]]
    assert found(acme, "q=internationale%20vereinigung%20der%20k") == [two["id"]]


def test_pages_of_a_look_up_are_whole_and_hold_each_party_once(acme: Client) -> None:
    contacts = [{"email": "same@x.example"}, {"email": "SAME@x.example"}]
    made = []
    for _ in range(7):
        made.append(customer(acme, contacts=contacts)["id"])
        vendor(acme, contacts=contacts)
    seen: list[str] = []
    path = "/v1/customers?email=same@x.example&limit=3"
    sizes, cursor = [], ""
    while cursor is not None:
        page = acme.get(f"{path}&cursor={cursor}" if cursor else path).ok()
        seen += [each["id"] for each in page["data"]]
        sizes.append(len(page["data"]))
        cursor = page["next_cursor"]
    assert seen == made
    assert sizes[:2] == [3, 3]


def test_a_look_up_reads_a_few_rows_among_many_parties(acme: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from chalicelib.kernel.dynamo import store

    for number in range(60):
        customer(acme, number=f"K-{number}", contacts=[{"email": f"m{number}@x.example"}])
    rows: list[int] = []
    query = store.query

    def counted(*args: object, **options: object) -> object:
        page = query(*args, **options)
        rows.append(len(page.items))
        return page

    monkeypatch.setattr(store, "query", counted)
    for asked in ("email=m7@x.example", "number=K-7"):
        rows.clear()
        assert len(found(acme, asked)) == 1
        assert sum(rows) == 1, asked


def test_nothing_personal_is_written_into_a_key(acme: Client) -> None:
    from chalicelib.kernel.dynamo import client
    from chalicelib.parties.parties.tables import PartyLookup

    firm = customer(
        acme,
        name="Canary-8 Ltd",
        legal_name="Canary-8 Limited",
        contacts=[{"email": "canary-7@example.com", "phone": "+49 731 7654321"}],
        tax_ids=[{"type": "other", "country": "DE", "tax_number": "CANARY9"}],
    )
    assert read(acme, firm)["name"] == "Canary-8 Ltd"
    stored = str(client.dynamodb().scan(TableName=PartyLookup.table_name())["Items"]).lower()
    assert firm["id"] in stored
    for personal in ("canary", "7654321"):
        assert personal not in stored
