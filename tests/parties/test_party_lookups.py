"""Finding customers and vendors by what is personal."""

import pytest

from tests.parties.people import customer, found, read
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


def test_names_are_found_by_their_beginning_in_any_case(acme: Client) -> None:
    ada = customer(acme, kind="person", name="Ada Lovelace")
    both = customer(acme, name="Adams", legal_name="Adams Engines Ltd")
    legal = customer(acme, name="Engines", legal_name="Ädams & Söhne")
    assert sorted(found(acme, "name_prefix=AD")) == [ada["id"], both["id"]]
    assert found(acme, "name_prefix=ada%20lov") == [ada["id"]]
    assert found(acme, "name_prefix=%C3%A4dams%20%26%20s%C3%B6") == [legal["id"]]
    assert found(acme, "name_prefix=adams%20engines%20ltd.") == []
    assert found(acme, "name_prefix=ada&kind=person") == [ada["id"]]
    acme.get("/v1/customers?name_prefix=a").refused(400, "bad_request")
    acme.patch(f"/v1/customers/{ada['id']}", {"name": "Bea Lovelace"}, etag=1).ok()
    assert (found(acme, "name_prefix=bea"), found(acme, "name_prefix=ada&status=active")) == ([ada["id"]], [both["id"]])


def test_a_long_beginning_is_told_apart_behind_what_the_key_holds(acme: Client) -> None:
    one = customer(acme, name="Internationale Vereinigung der Bäcker")
    two = customer(acme, name="Internationale Vereinigung der Köche")
    assert sorted(found(acme, "name_prefix=internationale%20vereinigung%20der")) == [one["id"], two["id"]]
    assert found(acme, "name_prefix=internationale%20vereinigung%20der%20k") == [two["id"]]


def test_pages_of_names_are_whole_and_hold_each_party_once(acme: Client) -> None:
    made = {customer(acme, name=f"Same {number}", legal_name=f"Same {number} Ltd")["id"] for number in range(7)}
    for number in range(5):
        body = {"kind": "company", "name": f"Same vendor {number}"}
        acme.post("/v1/vendors", body).ok()
    seen: list[str] = []
    path = "/v1/customers?name_prefix=same&limit=3"
    sizes = []
    while path:
        page = acme.get(path).ok()
        seen += [each["id"] for each in page["data"]]
        sizes.append(len(page["data"]))
        cursor = page["next_cursor"]
        path = f"/v1/customers?name_prefix=same&limit=3&cursor={cursor}" if cursor else ""
    assert sorted(seen) == sorted(made)
    assert sizes[:2] == [3, 3]


def test_a_look_up_reads_a_few_rows_among_many_parties(acme: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from chalicelib.kernel.dynamo import store

    for number in range(60):
        customer(acme, name=f"Firm number {number}", number=f"K-{number}", contacts=[{"email": f"m{number}@x.example"}])
    rows: list[int] = []
    query = store.query

    def counted(*args: object, **options: object) -> object:
        page = query(*args, **options)  # type: ignore[arg-type] # passed on as it came
        rows.append(len(page.items))
        return page

    monkeypatch.setattr(store, "query", counted)
    for asked in ("email=m7@x.example", "number=K-7", "name_prefix=firm%20number%2031"):
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
