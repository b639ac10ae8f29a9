"""Opening stock and counts as files: each row once, the rows of a file in one document."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.jobs import queue, worker
from chalicelib.kernel import clock
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import client
from chalicelib.kernel.tenant import Tenant
from infra.local.shim import Crash, Faults
from tests.bulk.files import counts, errors, imported, prepared, started, upload
from tests.factories import Shop, shop
from tests.inventory.test_documents import act
from tests.inventory.test_kept_warehouses import kept
from tests.inventory.test_large_documents import lines_of
from tests.world import Client


def warehouse(here: Shop) -> str:
    return str(here.client.get(f"/v1/warehouses/{here.warehouse}").ok()["code"])


def documents(client: Client) -> list[Any]:
    return list(client.get("/v1/stock/documents").ok()["data"])


def opening(here: Shop, skus: list[str], quantity: str = "3", location: str = "") -> str:
    lines = [f"{sku},{warehouse(here)},{location},{quantity},2.5,EUR" for sku in skus]
    return "\n".join(["sku,warehouse,location,quantity,unit_cost.amount,unit_cost.currency", *lines])


def test_a_file_of_opening_stock_becomes_one_document_and_does_so_once(acme: Client) -> None:
    here = shop(acme)
    items = [here.item() for _ in range(50)]
    skus = [item["sku"] for item in items]
    content = opening(here, skus)
    tried = imported(acme, content, kind="opening_stock", dry_run=True)
    assert (tried["state"], counts(tried), documents(acme)) == ("done", (50, 0, 0, 0), [])
    done = imported(acme, content, kind="opening_stock")
    assert (done["state"], counts(done)) == ("done", (50, 0, 0, 0))
    (document,) = documents(acme)
    shown = (document["kind"], document["status"], document["line_count"], document["reference"])
    assert shown == ("opening", "posted", 50, done["id"])
    lines = lines_of(acme, document)
    assert [line["sku"] for line in lines] == skus
    assert lines[0]["unit_cost"] == {"amount": "2.5", "currency": "EUR", "per": "1"}
    assert {here.level(item["id"]) for item in items} == {("3", "0", "3")}
    assert len(acme.get(f"/v1/stock/ledger?document_id={document['id']}&limit=100").ok()["data"]) == 50
    again = imported(acme, content, kind="opening_stock")
    assert (counts(again), len(documents(acme))) == ((0, 0, 50, 0), 1)
    more = imported(acme, opening(here, skus[:2], "4"), kind="opening_stock")
    assert errors(acme, more) == [(2, "quantity", "opened_already"), (3, "quantity", "opened_already")]
    assert {here.level(item["id"]) for item in items} == {("3", "0", "3")}


def test_a_file_of_received_goods_becomes_a_receipt_in_which_an_item_can_stand_twice(acme: Client) -> None:
    here = shop(acme)
    items = [here.item() for _ in range(30)]
    content = opening(here, [*(item["sku"] for item in items), items[0]["sku"]])
    done = imported(acme, content, kind="stock_receipts")
    assert (done["state"], counts(done)) == ("done", (31, 0, 0, 0))
    (document,) = documents(acme)
    assert (document["kind"], document["line_count"], document["reference"]) == ("receipt", 31, done["id"])
    assert [here.level(item["id"])[0] for item in items[:2]] == ["6", "3"]
    archived = here.item()
    acme.post(f"/v1/items/{archived['id']}/archive", etag=1).ok()
    refused = imported(acme, opening(here, [archived["sku"], "NONE"]), kind="stock_receipts")
    assert errors(acme, refused) == [(2, "sku", "archived_item"), (3, "sku", "unknown_sku")]


def test_a_file_of_transfers_moves_what_is_there(acme: Client) -> None:
    here, there = shop(acme), shop(acme)
    items = [here.item(on_hand=5) for _ in range(12)]
    there.bin("A-1")
    ends = f"{warehouse(here)},,{warehouse(there)},A-1"
    head = "sku,from_warehouse,from_location,to_warehouse,to_location,quantity"
    wrong = [
        f"{items[0]['sku']},{warehouse(here)},,{warehouse(here)},,1",
        f"{items[1]['sku']},NONE,,{warehouse(there)},B-9,1",
        f"{items[2]['sku']},{ends},6",
    ]
    refused = imported(acme, "\n".join([head, *wrong]), kind="stock_transfers")
    assert errors(acme, refused) == [
        (2, "to_location", "same_location"),
        (3, "from_warehouse", "unknown_warehouse"),
        (3, "to_location", "unknown_location"),
        (4, "", "insufficient_stock"),
    ]
    done = imported(acme, "\n".join([head, *(f"{item['sku']},{ends},2" for item in items)]), kind="stock_transfers")
    assert counts(done) == (12, 0, 0, 0)
    document = next(each for each in documents(acme) if each["reference"] == done["id"])
    assert (document["kind"], document["status"], document["line_count"]) == ("transfer", "posted", 12)
    assert {here.level(item["id"])[0] for item in items} == {"3"}
    assert {there.level(item["id"])[0] for item in items} == {"2"}
    reversed_ = act(acme, document, "reverse").ok()
    acme.world.settle()
    assert {here.level(item["id"])[0] for item in items} == {"5"}, reversed_["status"]


def test_a_corrected_cost_is_not_lost(acme: Client) -> None:
    here = shop(acme)
    sku = here.item()["sku"]
    imported(acme, opening(here, [sku]), kind="opening_stock")
    corrected = opening(here, [sku]).replace(",2.5,", ",2.4,")
    assert errors(acme, imported(acme, corrected, kind="opening_stock")) == [(2, "quantity", "opened_already")]


def test_the_stock_of_a_kept_warehouse_comes_as_statements_of_its_keeper(acme: Client) -> None:
    here, there = shop(acme), kept(acme)
    item = here.item(on_hand=5)
    assert errors(acme, imported(acme, opening(there, [item["sku"]]), kind="opening_stock")) == [
        (2, "warehouse", "kept_warehouse")
    ]
    lines = ["sku,warehouse,counted", f"{item['sku']},FBA,7", f"{item['sku']},{warehouse(here)},7"]
    content = "\n".join(lines)
    assert errors(acme, imported(acme, content, kind="stock_counts")) == [(2, "warehouse", "kept_warehouse")]
    assert errors(acme, imported(acme, content, kind="keeper_statements")) == [(3, "warehouse", "not_kept")]
    assert (there.level(item["id"])[0], here.level(item["id"])[0]) == ("7", "7")
    (statement,) = [each for each in documents(acme) if each["reason"] == "keeper_statement"]
    document = acme.get(f"/v1/stock/documents/{statement['id']}").ok()
    assert "reverse" not in document["allowed_transitions"]
    act(acme, document, "reverse").refused(409, "transition_refused")


def test_what_a_reversal_left_out_still_counts_as_imported(acme: Client) -> None:
    here = shop(acme)
    items = [here.item() for _ in range(45)]
    content = opening(here, [each["sku"] for each in items])
    imported(acme, content, kind="opening_stock")
    order = here.confirmed((items[0]["id"], 2))
    acme.post("/v1/shipments", {"order_id": order["id"], "ship": {}}).ok()
    act(acme, documents(acme)[0], "reverse").ok()
    acme.world.settle()
    again = imported(acme, content, kind="opening_stock")
    assert counts(again) == (44, 0, 1, 0)
    assert here.level(items[0]["id"])[0] == "1"


def test_what_was_imported_and_taken_back_can_be_imported_anew(acme: Client) -> None:
    here = shop(acme)
    skus, items = zip(*((item["sku"], item["id"]) for item in (here.item(), here.item())), strict=True)
    imported(acme, opening(here, list(skus)), kind="opening_stock")
    act(acme, documents(acme)[0], "reverse").ok()
    assert here.level(items[0])[0] == "0"
    done = imported(acme, opening(here, list(skus), "7"), kind="opening_stock")
    assert (counts(done), here.level(items[0])[0], here.level(items[1])[0]) == ((2, 0, 0, 0), "7", "7")
    assert counts(imported(acme, opening(here, list(skus), "7"), kind="opening_stock")) == (0, 0, 2, 0)


def test_rows_name_barcodes_and_locations_and_tell_every_error(acme: Client) -> None:
    here, shelf = shop(acme), "A-1"
    here.bin(shelf)
    item = here.item(barcodes=[{"code": "4006381333931"}])
    service, old, fine = here.item(kind="service"), here.item(), here.item()
    acme.post(f"/v1/items/{old['id']}/archive", etag=1).ok()
    house = warehouse(here)
    lines = [
        "sku,barcode,warehouse,location,quantity,unit_cost.amount,unit_cost.currency",
        f",4006381333931,{house},{shelf.lower()},2,,",
        f"{item['sku']},,{house},,1,1,EUR",
        "NONE,,NOWHERE,,1,,",
        f",123,{house},B-9,1,,",
        f"{service['sku']},,{house},,1,,",
        f"{old['sku']},,{house},,1,,",
        f"{fine['sku']},,{house},,1.5,,",
        f"{item['sku']},,{house},{shelf},2,,",
        f"{item['sku']},,{house},,5,,",
        f",,{house},,1,,",
        f"{fine['sku']},,{house},,-1,1,XYZ",
    ]
    done = imported(acme, "\n".join(lines), kind="opening_stock")
    assert (counts(done), here.level(item["id"])[0]) == ((2, 0, 0, 9), "3")
    assert sorted(errors(acme, done)) == [
        (4, "sku", "unknown_sku"),
        (4, "warehouse", "unknown_warehouse"),
        (5, "barcode", "unknown_barcode"),
        (5, "location", "unknown_location"),
        (6, "sku", "not_stocked"),
        (7, "sku", "archived_item"),
        (8, "quantity", "too_precise"),
        (9, "", "repeated"),
        (10, "warehouse", "repeated"),
        (11, "sku", "unknown_sku"),
        (12, "quantity", "out_of_range"),
        (12, "unit_cost.currency", "unknown_currency"),
    ]
    assert len(documents(acme)) == 1


def test_a_file_of_counts_says_what_lies_there(acme: Client) -> None:
    here, shelf = shop(acme), "A-1"
    place = here.bin(shelf)
    items = [here.item(on_hand=5) for _ in range(3)]
    lines = ["sku,warehouse,location,counted"]
    lines += [f"{item['sku']},{warehouse(here)},,{quantity}" for item, quantity in zip(items, (5, 3, 0), strict=True)]
    lines.append(f"{items[0]['sku']},{warehouse(here)},{shelf},4")
    content = "\n".join(lines)
    before = len(documents(acme))
    done = imported(acme, content, kind="stock_counts")
    assert counts(done) == (3, 0, 1, 0)
    assert [here.at(item["id"]) for item in items] == ["5", "3", "0"]
    assert here.at(items[0]["id"], place) == "4"
    (document,) = acme.get("/v1/stock/documents?kind=adjustment").ok()["data"]
    assert (document["kind"], document["reason"], document["line_count"]) == ("adjustment", "counted", 3)
    assert counts(imported(acme, content, kind="stock_counts")) == (0, 0, 4, 0)
    assert len(documents(acme)) == before + 1


def test_who_may_import_stock_and_that_nobody_exports_it(acme: Client) -> None:
    for kind in ("opening_stock", "stock_counts"):
        acme.as_("sales").post("/v1/imports", {"kind": kind}).refused(403, "forbidden")
        acme.post("/v1/exports", {"kind": kind}).refused(422, "invalid")
        template = acme.get(f"/v1/import-templates?kind={kind}").ok()
        assert all(column["description"].endswith(".") for column in template["columns"]), kind
    made = prepared(acme.as_("warehouse"), kind="opening_stock")
    upload(made, b"sku,warehouse,quantity,unit_cost.amount,unit_cost.currency\nA,B,1,1,EUR\n")
    problem = acme.as_("warehouse").post(f"/v1/imports/{made['id']}/start").refused(422, "invalid")
    assert {each["code"] for each in problem["errors"]} == {"forbidden"}


@pytest.mark.parametrize("location", ["", "A-1"])
def test_rows_that_one_transaction_does_not_hold_are_written_in_several(acme: Client, location: str) -> None:
    here = shop(acme)
    here.bin("A-1")
    skus = [here.item()["sku"] for _ in range(22)]
    done = imported(acme, opening(here, [*skus, "NONE"], location=location), kind="opening_stock")
    assert counts(done) == (22, 0, 0, 1)
    (document,) = documents(acme)
    assert (document["line_count"], document["warehouse_ids"]) == (22, [here.warehouse])


@pytest.mark.parametrize("kind", ["crash_before", "crash_after"])
def test_workers_that_die_in_any_transaction_post_each_row_once(
    acme: Client, monkeypatch: pytest.MonkeyPatch, kind: Any
) -> None:
    monkeypatch.setattr(queue, "send", lambda *_: None)
    monkeypatch.setattr(worker, "LEASE", timedelta(0))
    here = shop(acme)
    items = [here.item() for _ in range(90)]
    made = started(acme, opening(here, [item["sku"] for item in items]).encode(), kind="opening_stock")
    call, deaths = Call.system(Tenant(acme.tenant), "jobs"), 0
    with Faults(client.dynamodb()) as faults:
        for _ in range(20):
            faults.reset()
            faults.at(2, kind, "TransactWriteItems")
            try:
                worker.run(call, made["job_id"], clock.monotonic() + 100)
            except Crash:
                deaths += 1
            else:
                break
    assert deaths >= 2
    assert counts(acme.get(f"/v1/imports/{made['id']}").ok()) == (90, 0, 0, 0)
    assert {here.level(item["id"])[0] for item in items} == {"3"}
    assert [document["line_count"] for document in documents(acme)] == [90]
