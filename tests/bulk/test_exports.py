"""Exports through the API; what was exported can be imported, and is the same then."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.bulk.exports import service
from chalicelib.bulk.kinds import Kind
from chalicelib.catalog.items import bulk
from chalicelib.kernel import clock
from chalicelib.kernel.call import Call
from chalicelib.kernel.tenant import Tenant
from tests.bulk.files import BOM, counts, exported, imported, table
from tests.events.feeds import stopped_clock
from tests.world import Client

FORMULA = '=HYPERLINK("http://x";1)'
ITEMS = [
    {
        "sku": "A-1",
        "name": FORMULA,
        "description": '-1, "two"\n+3',
        "barcodes": [{"code": "4006381333931"}, {"code": "123", "unit": "each"}],
    },
    {"sku": "'@B", "name": "''=x", "price": {"amount": "499.90", "currency": "EUR"}, "unit": "kg", "category": "@c"},
    {
        "sku": "Ä;,",
        "name": "O'Neil",
        "external_refs": [{"system": "legacy", "id": "+7"}, {"system": "shop", "id": "x"}],
    },
    {"sku": "C", "name": "x", "reorder_point": "0", "weight": {"value": "1.50", "unit": "kg"}},
]


def filled(client: Client) -> Client:
    for item in ITEMS:
        client.post("/v1/items", item).ok()
    return client


@pytest.mark.parametrize("separator", [",", ";"])
def test_export_import_export_is_the_same_file(acme: Client, separator: str) -> None:
    first = exported(filled(acme), separator=separator)
    assert first.startswith(BOM)
    assert counts(imported(acme, first)) == (0, 0, 4, 0)
    assert exported(acme, separator=separator) == first


def test_an_export_makes_the_same_items_in_another_tenant(acme: Client) -> None:
    first = exported(filled(acme))
    other = acme.world.tenant()
    assert counts(imported(other, first)) == (4, 0, 0, 0)
    assert sorted(exported(other).splitlines()) == sorted(first.splitlines())


def test_cells_that_look_like_formulas_are_harmless_and_numbers_are_numbers(acme: Client) -> None:
    rows = table(exported(filled(acme)))
    assert [row["name"] for row in rows] == [f"'{FORMULA}", "'''=x", "O'Neil", "x"]
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert (rows[1]["price.amount"], rows[3]["weight.value"], rows[3]["reorder_point"]) == ("499.9", "1.5", "0")
    assert (rows[2]["external_refs.1.id"], rows[2]["external_refs.2.id"], rows[0]["barcodes.2.code"]) == (
        "'+7",
        "x",
        "123",
    )


def test_the_columns_are_those_of_the_template(acme: Client) -> None:
    acme.post("/v1/items", {"sku": "A", "name": "a"}).ok()
    names = [column["name"] for column in acme.get("/v1/import-templates?kind=items").ok()["columns"]]
    assert list(table(exported(acme))[0]) == names


def test_a_status_narrows_and_an_empty_export_is_a_header(acme: Client) -> None:
    header = exported(acme)
    assert header.removeprefix(BOM).startswith(b"sku,name,")
    item = acme.post("/v1/items", {"sku": "A", "name": "a"}).ok()
    acme.post("/v1/items", {"sku": "B", "name": "b"}).ok()
    acme.post(f"/v1/items/{item['id']}/archive", etag=1).ok()
    assert [row["sku"] for row in table(exported(acme, status="active"))] == ["B"]
    assert [row["sku"] for row in table(exported(acme, status="archived"))] == ["A"]
    assert [row["sku"] for row in table(exported(acme))] == ["A", "B"]


def test_an_export_is_seen_by_who_may_read_the_kind_in_this_tenant(acme: Client) -> None:
    made = acme.post("/v1/exports", {"kind": "items"})
    assert (made.status, made.header("location")) == (202, f"/v1/jobs/{made.json['job_id']}")
    path = f"/v1/exports/{made.json['id']}"
    assert (made.json["state"], made.json["file"]) == ("running", None)
    acme.world.settle()
    assert "X-Amz-Expires=300" in acme.as_("purchasing").get(path).ok()["file"]["url"]
    assert acme.get("/v1/exports?state=done").ok()["data"][0]["file"] is None
    acme.as_("privacy_officer").get(path).refused(403, "forbidden")
    acme.as_("privacy_officer").post("/v1/exports", {"kind": "items"}).refused(403, "forbidden")
    acme.world.tenant().get(path).refused(404, "not_found")
    acme.post("/v1/exports", {"kind": "spaceships"}).refused(422, "invalid")


def test_fields_that_the_caller_may_not_see_are_left_out_and_others_do_not_get_their_file(
    acme: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    hiding = Kind(
        **{name: getattr(bulk.ITEMS, name) for name in Kind.__dataclass_fields__ if name != "hidden_without"},
        hidden_without={"item.write": ("cost",)},
    )
    monkeypatch.setattr(bulk, "ITEMS", hiding)
    acme.post("/v1/items", {"sku": "A", "name": "a", "cost": {"amount": "1", "currency": "EUR"}}).ok()
    assert table(exported(acme))[0]["cost.amount"] == "1"
    sales = acme.as_("sales")
    assert "cost.amount" not in table(exported(sales))[0]
    names = [column["name"] for column in sales.get("/v1/import-templates?kind=items").ok()["columns"]]
    assert "cost.amount" not in names and "price.amount" in names
    whole = acme.get("/v1/exports").ok()["data"][-1]
    sales.get(f"/v1/exports/{whole['id']}").refused(404, "not_found")
    assert len(sales.get("/v1/exports").ok()["data"]) == 1


def test_an_export_is_in_the_audit_trail(acme: Client) -> None:
    exported(acme)
    events = [entry["event"] for entry in acme.get("/v1/audit").ok()["data"]]
    assert {"export.started", "export.done"} <= set(events)


def test_a_file_is_not_shown_after_a_week(acme: Client) -> None:
    exported(acme)
    made = acme.get("/v1/exports").ok()["data"][0]
    call = replace(Call.system(Tenant(acme.tenant), "test"), roles=frozenset({"admin"}))
    assert service.read(call, made["id"]).file is not None
    with stopped_clock(clock.now() + timedelta(days=7)):
        assert service.read(call, made["id"]).file is None
