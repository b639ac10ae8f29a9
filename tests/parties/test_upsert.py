"""Customers and vendors that an import writes: matched by number or external reference, else new."""

from typing import Any

import pytest

from tests.parties.people import customer, merge, read, vendor
from tests.world import Client

REFERENCE = {"system": "crm", "id": "7"}


def written(acme: Client, door: str, key: str = "code", **fields: Any) -> tuple[str, str]:
    """What was done with a row, and the id."""
    (row,) = acme.post(f"/v1/{door}/bulk-upsert", {door: [fields], "key": key}).ok()["rows"]
    assert row["errors"] == [], row
    return row["outcome"], row["id"]


def refused(acme: Client, door: str, key: str = "code", **fields: Any) -> list[tuple[str, str]]:
    """Pointer and code of the errors of a row."""
    (row,) = acme.post(f"/v1/{door}/bulk-upsert", {door: [fields], "key": key}).ok()["rows"]
    return [(error["pointer"], error["code"]) for error in row["errors"]]


@pytest.mark.parametrize("door", ["customers", "vendors"])
def test_a_row_is_created_then_unchanged_then_updated(acme: Client, door: str) -> None:
    row = {"number": "N-1", "kind": "company", "name": "Firm", "contacts": [{"email": "a@b.example"}]}
    outcome, party_id = written(acme, door, **row)
    assert outcome == "created"
    assert written(acme, door, **row) == ("unchanged", party_id)
    assert written(acme, door, number="n-1", name="Renamed") == ("updated", party_id)
    shown = read(acme, {"id": party_id}, door)
    assert (shown["name"], shown["version"], len(shown["contacts"])) == ("Renamed", 2, 1)


def test_a_row_is_matched_by_an_external_reference_and_keeps_the_others(acme: Client) -> None:
    firm = customer(acme, external_refs=[REFERENCE, {"system": "old", "id": "1"}])
    new = {"system": "shop", "id": "3"}
    assert written(acme, "customers", "external_ref", external_refs=[REFERENCE, new], group="retail") == (
        "updated",
        firm["id"],
    )
    assert read(acme, firm)["external_refs"] == [*firm["external_refs"], new]


def test_a_row_of_a_merged_customer_is_written_to_the_one_in_its_place(acme: Client) -> None:
    one, two = customer(acme, number="K-1"), customer(acme, number="K-2")
    merge(acme, one, two)
    assert written(acme, "customers", number="K-1", group="retail")[1] == two["id"]


def test_a_reference_of_a_vendor_does_not_make_it_a_customer(acme: Client) -> None:
    gears = vendor(acme, external_refs=[REFERENCE])
    row = {"external_refs": [REFERENCE], "kind": "company", "name": "Gears", "number": "K-1"}
    assert refused(acme, "customers", "external_ref", **row) == [("/external_refs", "other_role")]
    assert refused(acme, "customers", **row) == [("/external_refs", "already_exists")]
    assert read(acme, gears, "vendors")["roles"] == ["vendor"]


def test_a_row_that_means_two_or_lacks_what_a_new_one_needs_is_refused(acme: Client) -> None:
    other = {"system": "crm", "id": "8"}
    customer(acme, external_refs=[other])
    customer(acme, external_refs=[REFERENCE])
    both = [REFERENCE, other]
    assert refused(acme, "customers", "external_ref", external_refs=both) == [("/external_refs", "ambiguous")]
    assert refused(acme, "customers", number="K-9") == [("/kind", "required"), ("/name", "required")]
    assert refused(acme, "customers", name="x") == [("/number", "required")]


def test_rows_of_customers_name_price_lists_and_warehouses_by_code(acme: Client) -> None:
    prices = acme.post("/v1/price-lists", {"code": "DEALER", "name": "D", "currency": "EUR"}).ok()
    place = acme.post("/v1/warehouses", {"code": "MAIN", "name": "M"}).ok()
    row = {"number": "K-1", "kind": "company", "name": "Firm"}
    _, made = written(acme, "customers", **row, price_list="dealer", default_warehouse="MAIN")
    shown = read(acme, {"id": made})
    assert (shown["price_list_id"], shown["default_warehouse_id"]) == (prices["id"], place["id"])
    bad = {"price_list": "NO", "default_warehouse": "NO", "tax_treatment": "exempt"}
    assert refused(acme, "customers", number="K-1", **bad) == [
        ("/price_list", "unknown_price_list"),
        ("/default_warehouse", "unknown_warehouse"),
        ("/tax_exemption", "required"),
    ]
    assert written(acme, "customers", number="K-1", price_list=None)[0] == "updated"
    assert read(acme, {"id": made})["price_list_id"] is None
