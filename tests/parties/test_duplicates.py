"""Possible duplicates of customers and vendors."""

from typing import Any

import pytest

from tests.parties.people import ADDRESS, VAT, customer, merge, vendor
from tests.world import Client

NEW = {
    "kind": "company",
    "name": "Müller Maschinen GmbH",
    "contacts": [{"email": "Info@mueller.example", "phone": "0731 1234567"}],
    "addresses": [ADDRESS],
    "tax_ids": [VAT],
}


def candidates(client: Client, body: Any = NEW, door: str = "customers") -> list[tuple[str, int, list[str]]]:
    found = client.post(f"/v1/{door}/duplicates", body).ok()["data"]
    return [(each["id"], each["score"], each["reasons"]) for each in found]


def test_who_may_be_the_same_is_shown_before_a_customer_is_created_the_most_likely_first(acme: Client) -> None:
    by_tax = customer(acme, name="Other", tax_ids=[{**VAT, "tax_number": "129 273 398"}])
    by_phone = customer(acme, name="Other", contacts=[{"phone": "+49 731 1234567"}])
    by_both = customer(acme, name="Other", contacts=[{"email": "info@Mueller.example", "phone": "+49 731 1234567"}])
    similar = customer(acme, name="Mueller Maschinen", addresses=[{**ADDRESS, "kind": "billing", "lines": []}])
    customer(acme, name="Mueller Maschinen", addresses=[{**ADDRESS, "postal_code": "10115"}])
    customer(acme, name="Müller Bau", addresses=[ADDRESS])
    assert candidates(acme) == [
        (by_tax["id"], 90, ["tax_id"]),
        (by_both["id"], 88, ["email", "phone"]),
        (by_phone["id"], 60, ["phone"]),
        (similar["id"], 50, ["name_and_address"]),
    ]
    assert len(acme.get("/v1/customers").ok()["data"]) == 6


def test_a_customer_that_is_there_has_duplicates_but_not_itself_and_none_that_is_merged(acme: Client) -> None:
    one, two, three = (customer(acme, **NEW) for _ in range(3))
    path = f"/v1/customers/{one['id']}/duplicates"
    assert {each["id"] for each in acme.get(path).ok()["data"]} == {two["id"], three["id"]}
    merge(acme, three, two)
    (left,) = acme.get(path).ok()["data"]
    assert (left["id"], left["score"], left["name"], left["status"]) == (two["id"], 99, NEW["name"], "active")


def test_vendors_are_shown_to_who_may_read_them(acme: Client) -> None:
    firm, gears = customer(acme, **NEW), vendor(acme, **NEW)
    assert {found[0] for found in candidates(acme)} == {firm["id"], gears["id"]}
    assert [found[0] for found in candidates(acme.as_("sales"))] == [firm["id"]]
    assert [found[0] for found in candidates(acme.as_("purchasing"), door="vendors")] == [gears["id"]]
    acme.as_("purchasing").post("/v1/customers/duplicates", NEW).refused(403, "forbidden")
    path = f"/v1/vendors/{gears['id']}/duplicates"
    assert [each["id"] for each in acme.get(path).ok()["data"]] == [firm["id"]]
    assert acme.as_("purchasing").get(path).ok()["data"] == []


def test_nobody_of_another_tenant_is_a_candidate(acme: Client) -> None:
    customer(acme, **NEW)
    assert candidates(acme.world.tenant()) == []


def test_at_most_twenty_candidates_are_shown(acme: Client) -> None:
    for _ in range(25):
        customer(acme, contacts=[{"email": "info@mueller.example"}])
    assert len(candidates(acme)) == 20


@pytest.mark.parametrize(
    ("one", "other", "are_alike"),
    [
        ({"postal_code": "1012 AB"}, {"postal_code": "1012AB"}, True),
        ({"postal_code": "SW1A-1AA"}, {"postal_code": "SW1A 1AA"}, True),
        ({"postal_code": None, "city": "Zürich"}, {"postal_code": None, "city": "Zurich"}, True),
        ({"postal_code": "1012 AB"}, {"postal_code": "1012 AC"}, False),
        ({"postal_code": None, "city": None}, {"postal_code": None, "city": None}, False),
    ],
)
def test_a_place_is_the_same_however_it_is_spelled(acme: Client, one: Any, other: Any, are_alike: bool) -> None:
    customer(acme, name="Mueller Maschinen", addresses=[{**ADDRESS, **one}])
    new = {"kind": "company", "name": "Mueller Maschinen", "addresses": [{**ADDRESS, **other}]}
    found = acme.post("/v1/customers/duplicates", new).ok()["data"]
    assert bool(found) is are_alike
