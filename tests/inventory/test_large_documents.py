"""Documents that one transaction does not hold: a job posts them line by line, and nothing is lost in silence."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.inventory.documents import posting, staged
from chalicelib.inventory.documents.schemas import LINES_AT_ONCE
from chalicelib.jobs import service as jobs
from chalicelib.jobs.registry import HANDLERS
from chalicelib.kernel.call import Call
from chalicelib.kernel.tenant import Tenant
from tests.contract.access_states import limited
from tests.factories import Shop, shop
from tests.inventory.test_documents import act, line
from tests.world import Client, Reply

MANY = LINES_AT_ONCE + 5


def begun(reply: Reply) -> Any:
    """The document that a job works on."""
    document = reply.ok()
    assert (reply.status, reply.header("location")) == (202, f"/v1/jobs/{document['job_id']}")
    return document


def read(client: Client, document: Any) -> Any:
    return client.get(f"/v1/stock/documents/{document['id']}").ok()


def done(client: Client, reply: Reply) -> Any:
    """The document after its job."""
    document = begun(reply)
    client.world.settle()
    job = client.get(f"/v1/jobs/{document['job_id']}").ok()
    assert (job["state"], job["error"], job["progress"]) == ("done", None, job["total"])
    return read(client, document)


def lines_of(client: Client, document: Any, query: str = "") -> list[Any]:
    found, cursor = [], ""
    while True:
        page = client.get(f"/v1/stock/documents/{document['id']}/lines?limit=100{query}{cursor}").ok()
        found += page["data"]
        if page["next_cursor"] is None:
            return found
        cursor = f"&cursor={page['next_cursor']}"


def receive(here: Shop, lines: list[dict[str, Any]], **fields: Any) -> Reply:
    return here.client.post("/v1/stock/receipts", {"lines": lines, **fields})


def transfer(here: Shop, there: Shop, quantities: list[tuple[str, int]], **fields: Any) -> Reply:
    ends = {"from_location_id": here.location, "to_location_id": there.location}
    lines = [{"item_id": item, "quantity": str(quantity), **ends} for item, quantity in quantities]
    return here.client.post("/v1/stock/transfers", {"lines": lines, **fields})


def test_a_receipt_of_many_lines_is_posted_by_a_job(acme: Client) -> None:
    here = shop(acme)
    items = [here.item()["id"] for _ in range(5)]
    order = here.confirmed((items[0], 7))
    lines = [line(here, items[number % 5], quantity="2") for number in range(450)]
    reply = receive(here, lines, reference="CONTAINER 7")
    document = begun(reply)
    shown = (document["status"], document["line_count"], len(document["lines"]), document["allowed_transitions"])
    assert shown == ("posting", 450, 200, [])
    assert here.level(items[0]) == ("0", "0", "0")
    act(acme, document, "reverse").refused(409, "transition_refused")
    document = done(acme, reply)
    assert (document["status"], document["job_id"], document["unposted_lines"]) == ("posted", None, 0)
    assert document["allowed_transitions"] == ["reverse"]
    assert [here.level(item) for item in items] == [("180", "7", "173"), *[("180", "0", "180")] * 4]
    assert acme.get(f"/v1/sales-orders/{order['id']}").ok()["lines"][0]["committed"] == "7"
    found = lines_of(acme, document)
    assert [each["line"] for each in found] == list(range(1, 451))
    assert {each["on_hand"] for each in found[-5:]} == {"180"}
    (listed,) = acme.get("/v1/stock/documents?reference=container%207").ok()["data"]
    assert (listed["id"], listed["line_count"]) == (document["id"], 450)
    movement = acme.get(f"/v1/stock/ledger?item_id={items[0]}&warehouse_id={here.warehouse}&limit=1").ok()["data"][0]
    assert (movement["actor"], movement["line"]) == (document["created_by"], 446)


def test_each_step_of_a_receipt_can_be_promised_at_once(acme: Client) -> None:
    here = shop(acme)
    items = [here.item()["id"] for _ in range(MANY)]
    document = begun(receive(here, [line(here, item, quantity="1") for item in items]))
    call = Call.system(Tenant(acme.tenant), "jobs")
    step = HANDLERS[staged.OPERATION.kind](call, jobs.read(call, document["job_id"]))
    assert not step.done and 0 < step.progress < MANY == step.total
    assert here.level(items[0]) == ("1", "0", "1")
    assert here.level(items[-1]) == ("0", "0", "0")
    acme.world.settle()
    assert read(acme, document)["status"] == "posted"


def test_a_document_of_few_lines_that_does_not_fit_is_posted_by_a_job_too(acme: Client) -> None:
    here = shop(acme)
    shelves = [here.bin(f"B-{number}") for number in range(30)]
    item = here.item(on_hand=1)["id"]
    others = [here.item(on_hand=1)["id"] for _ in range(29)]
    lines = [line(here, each, shelf, quantity="1") for each, shelf in zip([item, *others], shelves, strict=True)]
    document = done(acme, receive(here, lines))
    assert (document["status"], document["line_count"]) == ("posted", 30)
    assert (here.at(item, shelves[0]), here.level(item)) == ("1", ("2", "0", "2"))


def test_what_is_missing_is_left_out_and_named(acme: Client) -> None:
    here, there = shop(acme), shop(acme)
    items = [here.item(on_hand=3)["id"] for _ in range(4)]
    quantities = [(items[number % 4], 1 if number % 4 else 2) for number in range(24)]
    document = done(acme, transfer(here, there, quantities))
    assert (document["status"], document["unposted_lines"]) == ("posted", 14)
    left_out = lines_of(acme, document, "&unposted=true")
    assert len(left_out) == 14 and len(lines_of(acme, document, "&unposted=false")) == 10
    first = left_out[0]
    sku = acme.get(f"/v1/items/{items[0]}").ok()["sku"]
    assert (first["line"], first["unposted"]["code"], first["arrived"]) == (5, "insufficient_stock", "0")
    assert first["unposted"]["message"].startswith(f"4 of {sku} wanted, 3 available")
    assert [here.level(item)[0] for item in items] == ["1", "0", "0", "0"]
    assert [there.level(item)[0] for item in items] == ["2", "3", "3", "3"]
    (listed,) = acme.get("/v1/stock/documents?unposted=true").ok()["data"]
    assert listed["id"] == document["id"]
    back = done(acme, act(acme, document, "reverse"))
    assert (back["reverses"], back["unposted_lines"], back["status"]) == (document["id"], 0, "posted")
    assert [here.level(item)[0] for item in items] == ["3"] * 4


def test_counts_of_what_has_moved_are_left_out(acme: Client) -> None:
    here = shop(acme)
    items = [here.item(on_hand=3)["id"] for _ in range(3)]
    shelves = [here.bin(f"B-{number}") for number in range(MANY)]
    lines = [line(here, items[0], shelf, counted="1") for shelf in shelves]
    lines += [line(here, items[1], counted="2", seen="3"), line(here, items[2], counted="2", seen="4")]
    body = {"lines": lines, "reason": "counted"}
    document = done(acme, acme.post("/v1/stock/adjustments", body))
    assert (document["status"], document["unposted_lines"]) == ("posted", 1)
    (left_out,) = lines_of(acme, document, "&unposted=true")
    assert (left_out["item_id"], left_out["unposted"]["code"]) == (items[2], "stock_moved")
    assert [here.level(item)[0] for item in items] == [str(3 + MANY), "2", "3"]
    assert here.at(items[0], shelves[-1]) == "1"


def test_a_large_document_is_taken_back_as_far_as_its_goods_lie_there(acme: Client) -> None:
    here = shop(acme)
    items = [here.item()["id"] for _ in range(MANY)]
    document = done(acme, receive(here, [line(here, item, quantity="2") for item in items]))
    gone = line(here, items[7], change="-1")
    acme.post("/v1/stock/adjustments", {"lines": [gone], "reason": "lost"}).ok()
    back = done(acme, act(acme, document, "reverse"))
    (left_out,) = lines_of(acme, back, "&unposted=true")
    assert (left_out["item_id"], left_out["unposted"]["code"]) == (items[7], "insufficient_stock")
    assert [here.level(item)[0] for item in items] == ["1" if item == items[7] else "0" for item in items]
    assert read(acme, document)["reversed_by"] == back["id"]


def test_a_large_transfer_arrives_in_parts(acme: Client) -> None:
    here, there = shop(acme), shop(acme)
    items = [here.item(on_hand=100)["id"] for _ in range(3)]
    dock = there.bin("DOCK")
    sent = done(acme, transfer(here, there, [(items[number % 3], 2) for number in range(210)], in_transit=True))
    assert (sent["status"], sent["unposted_lines"]) == ("in_transit", 60)
    assert [here.level(item)[0] for item in items] == ["0"] * 3
    (listed,) = acme.get("/v1/stock/documents?in_transit=true").ok()["data"]
    assert listed["id"] == sent["id"]
    act(acme, sent, "arrive", lines=[{"line": 210, "quantity": "1"}]).refused(422, "invalid")
    some = act(acme, sent, "arrive", lines=[{"line": 1, "quantity": "1", "location_id": dock}])
    assert (some.status, some.ok()["status"], there.at(items[0], dock)) == (200, "in_transit", "1")
    act(acme, sent, "reverse").refused(409, "transition_refused")
    rest = [{"line": 1, "quantity": "1"}, *({"line": number, "quantity": "2"} for number in range(2, 151))]
    rest[-1] = {"line": 150, "quantity": "1", "lost": "1"}
    half = begun(act(acme, sent, "arrive", lines=rest[:75]))
    assert (half["status"], half["allowed_transitions"]) == ("in_transit", [])
    acme.world.settle()
    assert read(acme, sent)["status"] == "in_transit"
    whole = done(acme, act(acme, sent, "arrive", lines=rest[75:]))
    assert (whole["status"], whole["allowed_transitions"]) == ("posted", [])
    assert [there.level(item)[0] for item in items] == ["100", "100", "99"]
    lost = lines_of(acme, sent)[149]
    assert (lost["arrived"], lost["lost"]) == ("1", "1")


def test_goods_that_cannot_be_put_away_stay_on_their_way(acme: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    here, there = shop(acme), shop(acme)
    items = [here.item(on_hand=5)["id"] for _ in range(3)]
    dock = there.bin("DOCK")
    sent = done(acme, transfer(here, there, [(items[number % 3], 1) for number in range(22)][:15] * 2, in_transit=True))
    on_way = [each["line"] for each in lines_of(acme, sent, "&unposted=false")]
    monkeypatch.setattr(posting, "TRANSFER_LINES_AT_ONCE", 3)
    lines = [{"line": number, "quantity": "1", "location_id": dock} for number in on_way]
    begun(act(acme, sent, "arrive", lines=lines))
    acme.post(f"/v1/locations/{dock}/archive", etag=1).ok()
    acme.world.settle()
    after = read(acme, sent)
    assert (after["status"], after["unposted_lines"]) == ("in_transit", 30)
    assert {each["unposted"]["code"] for each in after["lines"] if each["line"] in on_way} == {"archived_location"}
    again = [{"line": number, "quantity": "1"} for number in on_way]
    after = done(acme, act(acme, sent, "arrive", lines=again))
    assert (after["status"], after["unposted_lines"]) == ("posted", 30 - len(on_way))


def test_what_is_wrong_is_refused_before_anything_moves_all_at_once(acme: Client) -> None:
    here = shop(acme)
    good, service = here.item()["id"], here.item(kind="service")["id"]
    lines = [line(here, good, quantity="1") for _ in range(MANY)]
    lines[3]["item_id"] = "itm_01aaaaaaaaaaaaaaaaaaaaaaaa"
    lines[5]["location_id"] = "loc_01aaaaaaaaaaaaaaaaaaaaaaaa"
    lines[7]["item_id"] = service
    lines[9]["quantity"] = "1.5"
    wrong = {"vendor_id": "pty_01aaaaaaaaaaaaaaaaaaaaaaaa", "effective_on": "2999-01-01"}
    errors = receive(here, lines, **wrong).refused(422, "invalid")["errors"]
    assert {(each["pointer"], each["code"]) for each in errors} == {
        ("/lines/3/item_id", "unknown_item"),
        ("/lines/5/location_id", "unknown_location"),
        ("/lines/7/item_id", "not_stocked"),
        ("/vendor_id", "unknown_vendor"),
        ("/lines/9/quantity", "too_precise"),
        ("/effective_on", "out_of_range"),
    }
    assert acme.get("/v1/stock/documents").ok()["data"] == []
    assert here.level(good) == ("0", "0", "0")


def test_items_archived_meanwhile_and_days_closed_meanwhile_are_left_out(acme: Client) -> None:
    here = shop(acme)
    items = [here.item()["id"] for _ in range(MANY)]
    lines = [line(here, item, quantity="1") for item in items]
    reply = receive(here, lines)
    acme.post(f"/v1/items/{items[2]}/archive", etag=1).ok()
    document = done(acme, reply)
    (left_out,) = lines_of(acme, document, "&unposted=true")
    assert (left_out["item_id"], left_out["unposted"]["code"]) == (items[2], "archived_item")
    yesterday = str(datetime.now(UTC).date() - timedelta(days=1))
    reply = receive(here, [each for each in lines if each["item_id"] != items[2]], effective_on=yesterday)
    acme.post("/v1/stock/period/close", {"through": yesterday}).ok()
    document = done(acme, reply)
    assert document["unposted_lines"] == document["line_count"] == MANY - 1
    assert {each["unposted"]["code"] for each in lines_of(acme, document)} == {"period_closed"}
    assert here.level(items[0]) == ("1", "0", "1")


def test_who_works_in_one_warehouse_sees_its_large_documents_and_their_jobs_only(acme: Client) -> None:
    here, there = shop(acme), shop(acme)
    item = here.item()["id"]
    document = begun(receive(here, [line(here, item, quantity="1") for _ in range(MANY)]))
    mine, theirs = limited(acme, here.warehouse), limited(acme, there.warehouse)
    for path in (f"/v1/stock/documents/{document['id']}/lines", f"/v1/jobs/{document['job_id']}"):
        assert (mine.get(path).status, theirs.get(path).status) == (200, 404)


def test_a_large_command_is_tried_without_being_done(acme: Client) -> None:
    here = shop(acme)
    item = here.item()["id"]
    lines = [line(here, item, quantity="1") for _ in range(MANY)]
    shown = acme.post("/v1/stock/receipts?dry_run=true", {"lines": lines}).ok()
    assert (shown["status"], shown["line_count"]) == ("posting", MANY)
    acme.world.settle()
    assert acme.get("/v1/stock/documents").ok()["data"] == []
    key = "the-same"
    first = acme.post("/v1/stock/receipts", {"lines": lines}, key=key)
    again = acme.post("/v1/stock/receipts", {"lines": lines}, key=key)
    assert first.json == again.json
    acme.world.settle()
    assert here.level(item)[0] == str(MANY)
