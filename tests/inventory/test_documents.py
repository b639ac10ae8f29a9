"""Every change of stock is a document with lines: readable, listed, found, and taken back by another one."""

from typing import Any

from tests.factories import Shop, shop
from tests.world import Client, Reply

COST = {"amount": "12.5", "currency": "EUR", "per": "1"}


def line(here: Shop, item: str, location: str | None = None, **fields: Any) -> dict[str, Any]:
    return {"item_id": item, "location_id": location or here.location, **fields}


def receipt(here: Shop, *lines: dict[str, Any], **fields: Any) -> Any:
    return here.client.post("/v1/stock/receipts", {"lines": list(lines), **fields}).ok()


def adjust(here: Shop, *lines: dict[str, Any], reason: str = "counted", **fields: Any) -> Reply:
    return here.client.post("/v1/stock/adjustments", {"lines": list(lines), "reason": reason, **fields})


def send(here: Shop, there: Shop, item: str, quantity: int, **fields: Any) -> Any:
    moved = {"item_id": item, "from_location_id": here.location, "to_location_id": there.location}
    body = {"lines": [{**moved, "quantity": str(quantity)}], **fields}
    return here.client.post("/v1/stock/transfers", body).ok()


def act(client: Client, document: Any, step: str, **body: Any) -> Reply:
    version = client.get(f"/v1/stock/documents/{document['id']}").etag
    return client.post(f"/v1/stock/documents/{document['id']}/{step}", body, etag=version)


def test_a_receipt_is_a_document_that_can_be_read_listed_and_scanned(acme: Client) -> None:
    here = shop(acme)
    made, shelf = here.item(), here.bin("B")
    item = made["id"]
    reply = acme.post(
        "/v1/stock/receipts",
        {
            "lines": [line(here, item, quantity="3.0", unit_cost=COST), line(here, item, shelf, quantity="2")],
            "reference": "Delivery 17",
            "note": "Two parcels.",
        },
    )
    document = reply.ok()
    assert reply.header("location") == f"/v1/stock/documents/{document['id']}"
    names = ("kind", "status", "reference", "note", "warehouse_ids", "allowed_transitions")
    assert [document[name] for name in names] == [
        *("receipt", "posted", "Delivery 17", "Two parcels."),
        [here.warehouse],
        ["reverse"],
    ]
    assert document["number"].startswith("RC-")
    shown = [(row["line"], row["sku"], row["to_location_id"], row["quantity"]) for row in document["lines"]]
    assert shown == [(1, made["sku"], here.location, "3"), (2, made["sku"], shelf, "2")]
    assert [row["unit_cost"] for row in document["lines"]] == [COST, None]
    assert acme.get(f"/v1/stock/documents/{document['id']}").ok() == document
    for query in ("", "?kind=receipt", "?reference=DELIVERY%2017", f"?warehouse_id={here.warehouse}"):
        listed = acme.get(f"/v1/stock/documents{query}").ok()["data"]
        assert [row["id"] for row in listed] == [document["id"]]
    assert acme.get("/v1/stock/documents?kind=transfer").ok()["data"] == []
    (found,) = acme.get(f"/v1/scan?code={document['number'].lower()}").ok()["matches"]
    assert (found["kind"], found["id"]) == ("stock_document", document["id"])
    ledger = acme.get(f"/v1/stock/ledger?item_id={item}&warehouse_id={here.warehouse}").ok()["data"]
    assert [(row["document_id"], row["line"], row["reference"]) for row in ledger] == [
        (document["id"], 2, "Delivery 17"),
        (document["id"], 1, "Delivery 17"),
    ]


def test_costs_are_shown_only_to_who_may_see_them(acme: Client) -> None:
    here = shop(acme)
    item = here.item()["id"]
    document = receipt(here, line(here, item, quantity="1", unit_cost=COST))
    seen = acme.as_("warehouse").get(f"/v1/stock/documents/{document['id']}").ok()
    assert (document["lines"][0]["unit_cost"], seen["lines"][0]["unit_cost"]) == (COST, None)


def test_opening_stock_has_a_document_of_its_own(acme: Client) -> None:
    here = shop(acme)
    item = here.item()["id"]
    document = acme.post("/v1/stock/openings", {"lines": [line(here, item, quantity="7", unit_cost=COST)]}).ok()
    assert (document["kind"], document["number"][:3], here.level(item)) == ("opening", "OS-", ("7", "0", "7"))
    ledger = acme.get(f"/v1/stock/ledger?item_id={item}&warehouse_id={here.warehouse}").ok()["data"]
    assert [row["kind"] for row in ledger] == ["opening"]


def test_a_receipt_that_is_reversed_goes_and_who_got_it_waits_again(acme: Client) -> None:
    here = shop(acme)
    item = here.item()["id"]
    document = receipt(here, line(here, item, quantity="5"))
    order = here.confirmed((item, 4))
    acme.world.settle()
    back = act(acme, document, "reverse", note="Booked twice.").ok()
    assert (back["kind"], back["reverses"], back["note"], back["status"]) == (
        *("receipt", document["id"], "Booked twice."),
        "posted",
    )
    acme.world.settle()
    assert here.level(item) == ("0", "0", "0")
    assert here.waiting(item) == [(order["id"], "4")]
    shown = acme.get(f"/v1/stock/documents/{document['id']}").ok()
    assert (shown["status"], shown["reversed_by"], shown["allowed_transitions"]) == ("reversed", back["id"], [])
    act(acme, document, "reverse").refused(409, "transition_refused")
    act(acme, back, "reverse").refused(409, "transition_refused")


def test_what_has_left_cannot_be_taken_back(acme: Client) -> None:
    here = shop(acme)
    item = here.item()["id"]
    document = receipt(here, line(here, item, quantity="5"))
    order = here.confirmed((item, 3))
    acme.post("/v1/shipments", {"order_id": order["id"], "ship": {}}).ok()
    short = act(acme, document, "reverse").refused(409, "insufficient_stock")["shortages"]
    assert [(row["wanted"], row["available"]) for row in short] == [("5", "2")]
    assert acme.get(f"/v1/stock/documents/{document['id']}").ok()["status"] == "posted"


def test_a_count_says_what_lies_there(acme: Client) -> None:
    here = shop(acme)
    item, other, shelf = here.item(on_hand=10)["id"], here.item()["id"], here.bin("B")
    here.receive(item, 4, shelf)
    lines = [
        line(here, item, counted="7", seen="10"),
        line(here, item, shelf, counted="4"),
        line(here, other, counted="2"),
    ]
    document = adjust(here, *lines).ok()
    shown = [
        (row["from_location_id"], row["to_location_id"], row["quantity"], row["counted"], row["on_hand"])
        for row in document["lines"]
    ]
    assert shown == [
        (here.location, None, "3", "7", "7"),
        (None, shelf, "0", "4", "4"),
        (None, here.location, "2", "2", "2"),
    ]
    assert (here.at(item), here.at(item, shelf), here.at(other)) == ("7", "4", "2")
    assert len(acme.get(f"/v1/stock/ledger?item_id={item}&location_id={shelf}").ok()["data"]) == 1
    back = act(acme, document, "reverse").ok()
    assert (back["lines"][0]["from_location_id"], back["lines"][0]["to_location_id"]) == (None, here.location)
    assert (here.at(item), here.at(item, shelf), here.at(other)) == ("10", "4", "0")


def test_a_count_of_what_has_moved_meanwhile_is_refused(acme: Client) -> None:
    here = shop(acme)
    item = here.item(on_hand=10)["id"]
    here.receive(item, 1)
    problem = adjust(here, line(here, item, counted="9", seen="10")).refused(409, "stock_moved")
    assert [error["pointer"] for error in problem["errors"]] == ["/lines/0/seen"]
    assert here.at(item) == "11"


def test_an_adjustment_says_one_thing_about_each_line(acme: Client) -> None:
    here = shop(acme)
    a, b, c, d = (here.item(on_hand=10)["id"] for _ in range(4))
    lines = [
        line(here, a),
        line(here, b, change="1", counted="2"),
        line(here, c, change="0"),
        line(here, d, change="1", seen="10"),
    ]
    problem = adjust(here, *lines).refused(422, "invalid")
    assert [(e["pointer"], e["code"]) for e in problem["errors"]] == [
        ("/lines/0", "change_or_counted"),
        ("/lines/1", "change_or_counted"),
        ("/lines/2/change", "zero"),
        ("/lines/3/seen", "not_counted"),
    ]
    twice = [line(here, a, counted="1"), line(here, a, change="2")]
    problem = adjust(here, *twice).refused(422, "invalid")
    assert [(e["pointer"], e["code"]) for e in problem["errors"]] == [("/lines/0/counted", "repeated")]
    problem = adjust(here, line(here, a, counted="1.5")).refused(422, "invalid")
    assert [(e["pointer"], e["code"]) for e in problem["errors"]] == [("/lines/0/counted", "too_precise")]


def test_goods_in_transit_are_in_no_warehouse_and_arrive_in_parts(acme: Client) -> None:
    here, there = shop(acme), shop(acme)
    item, dock = here.item(on_hand=10)["id"], there.bin("DOCK")
    document = send(here, there, item, 6, in_transit=True)
    assert (document["status"], document["allowed_transitions"]) == ("in_transit", ["arrive", "reverse"])
    assert (here.level(item), there.level(item)) == (("4", "0", "4"), ("0", "0", "0"))
    (listed,) = acme.get("/v1/stock/documents?in_transit=true").ok()["data"]
    assert listed["id"] == document["id"]
    waiter = there.confirmed((item, 2))
    first = act(acme, document, "arrive", lines=[{"line": 1, "quantity": "3", "location_id": dock}]).ok()
    assert (first["status"], first["lines"][0]["arrived"], there.at(item, dock)) == ("in_transit", "3", "3")
    act(acme, document, "reverse").refused(409, "transition_refused")
    too_much = act(acme, document, "arrive", lines=[{"line": 1, "quantity": "4"}, {"line": 2, "quantity": "1"}])
    problem = too_much.refused(422, "invalid")
    assert [(e["pointer"], e["code"]) for e in problem["errors"]] == [
        ("/lines/0/quantity", "not_on_its_way"),
        ("/lines/1/line", "unknown_line"),
    ]
    last = act(acme, document, "arrive", lines=[{"line": 1, "quantity": "2", "lost": "1"}]).ok()
    assert (last["status"], last["lines"][0]["arrived"], last["lines"][0]["lost"]) == ("posted", "5", "1")
    acme.world.settle()
    assert acme.get(f"/v1/sales-orders/{waiter['id']}").ok()["lines"][0]["committed"] == "2"
    assert (there.level(item), there.at(item)) == (("5", "2", "3"), "2")
    assert acme.get("/v1/stock/documents?in_transit=true").ok()["data"] == []
    act(acme, document, "arrive", lines=[{"line": 1, "quantity": "1"}]).refused(409, "transition_refused")


def test_goods_arrive_where_they_were_sent(acme: Client) -> None:
    here, there, elsewhere = shop(acme), shop(acme), shop(acme)
    item, dock = here.item(on_hand=10)["id"], there.bin("DOCK")
    document = send(here, there, item, 6, in_transit=True, reference="TRUCK 7")
    far = act(acme, document, "arrive", lines=[{"line": 1, "quantity": "1", "location_id": elsewhere.location}])
    errors = far.refused(422, "invalid")["errors"]
    assert [(e["pointer"], e["code"]) for e in errors] == [("/lines/0/location_id", "other_warehouse")]
    acme.post(f"/v1/locations/{dock}/archive", etag=1).ok()
    shut = act(acme, document, "arrive", lines=[{"line": 1, "quantity": "1", "location_id": dock}])
    errors = shut.refused(422, "invalid")["errors"]
    assert [(e["pointer"], e["code"]) for e in errors] == [("/lines/0/location_id", "archived_location")]
    act(acme, document, "arrive", lines=[{"line": 1, "quantity": "6.5"}]).refused(422, "invalid")
    act(acme, document, "arrive", lines=[{"line": 1, "quantity": "6"}]).ok()
    (row,) = acme.get(f"/v1/stock/ledger?item_id={item}&warehouse_id={there.warehouse}&reference=truck%207").ok()[
        "data"
    ]
    assert (row["kind"], row["quantity"]) == ("transfer_in", "6")


def test_what_would_return_to_an_archived_place_is_not_taken_back(acme: Client) -> None:
    here = shop(acme)
    item, shelf = here.item()["id"], here.bin("B")
    document = receipt(here, line(here, item, shelf, quantity="1"))
    moved = {"item_id": item, "from_location_id": shelf, "to_location_id": here.location, "quantity": "1"}
    moving = acme.post("/v1/stock/transfers", {"lines": [moved]}).ok()
    acme.post(f"/v1/locations/{shelf}/archive", etag=1).ok()
    errors = act(acme, moving, "reverse").refused(422, "invalid")["errors"]
    assert [(e["pointer"], e["code"]) for e in errors] == [("", "archived_location")]
    short = act(acme, document, "reverse").refused(409, "insufficient_stock")["shortages"]
    assert short[0]["sku"]


def test_a_transfer_that_is_taken_back_brings_the_goods_back(acme: Client) -> None:
    here, there = shop(acme), shop(acme)
    item = here.item(on_hand=5)["id"]
    for options in ({"in_transit": True}, {}):
        document = send(here, there, item, 3, **options)
        back = act(acme, document, "reverse").ok()
        assert (back["lines"][0]["to_location_id"], back["lines"][0]["on_hand"]) == (here.location, "5")
        assert (back["kind"], here.level(item), there.level(item)) == ("transfer", ("5", "0", "5"), ("0", "0", "0"))


def test_who_works_in_one_warehouse_sees_only_its_documents(acme: Client) -> None:
    from tests.contract.access_states import limited

    here, there = shop(acme), shop(acme)
    item = here.item(on_hand=5)["id"]
    there.receive(item, 1)
    send(here, there, item, 1)
    mine = limited(acme, here.warehouse)
    assert [row["warehouse_ids"] for row in mine.get("/v1/stock/documents").ok()["data"]] == [[here.warehouse]]


def vendor(client: Client, name: str) -> Any:
    return client.post("/v1/vendors", {"kind": "company", "name": name, "number": f"L-{name}"}).ok()


def test_receipts_name_their_vendor_and_are_listed_by_it(acme: Client) -> None:
    here = shop(acme)
    item = here.item()["id"]
    bolts, nuts = vendor(acme, "Bolts"), vendor(acme, "Nuts")
    documents = [receipt(here, line(here, item, quantity="1"), vendor_id=each["id"]) for each in (bolts, nuts, bolts)]
    receipt(here, line(here, item, quantity="1"))
    listed = acme.get(f"/v1/stock/documents?vendor_id={bolts['id']}&include=vendor").ok()
    assert [row["id"] for row in listed["data"]] == [documents[2]["id"], documents[0]["id"]]
    assert listed["included"] == {bolts["id"]: {"kind": "vendor", "name": "Bolts", "code": "L-Bolts"}}
    assert acme.as_("sales").get(f"/v1/stock/documents?vendor_id={bolts['id']}&include=vendor").ok()["included"] == {}
    back = act(acme, documents[1], "reverse").ok()
    path = f"/v1/stock/documents?vendor_id={nuts['id']}&status=posted"
    assert [row["id"] for row in acme.get(path).ok()["data"]] == [back["id"]]


def test_receipts_name_only_vendors_that_are_in_use(acme: Client) -> None:
    here = shop(acme)
    item = here.item()["id"]
    body = {"lines": [line(here, item, quantity="1")]}
    former, now, gone = vendor(acme, "Former"), vendor(acme, "Now"), vendor(acme, "Gone")
    acme.post(f"/v1/vendors/{gone['id']}/archive", etag=1).ok()
    acme.post(f"/v1/vendors/{former['id']}/merge", {"into": now["id"]}, etag=1).ok()
    customer = acme.post("/v1/customers", {"kind": "person", "name": "Ada"}).ok()
    for party, code in ((gone, "archived_vendor"), (customer, "unknown_vendor")):
        errors = acme.post("/v1/stock/receipts", {**body, "vendor_id": party["id"]}).refused(422, "invalid")["errors"]
        assert [(each["pointer"], each["code"]) for each in errors] == [("/vendor_id", code)]
    assert receipt(here, *body["lines"], vendor_id=former["id"])["vendor_id"] == now["id"]


def test_what_is_added_can_have_a_cost_and_what_goes_cannot(acme: Client) -> None:
    here = shop(acme)
    item, other = here.item(on_hand=5)["id"], here.item(on_hand=5)["id"]
    found = adjust(here, line(here, item, change="1", unit_cost=COST), line(here, other, counted="9", unit_cost=COST))
    assert [each["unit_cost"] for each in found.ok()["lines"]] == [COST, COST]
    assert adjust(here, line(here, other, counted="1", unit_cost=COST)).ok()["lines"][0]["unit_cost"] is None
    errors = adjust(here, line(here, item, change="-1", unit_cost=COST)).refused(422, "invalid")["errors"]
    assert [(each["pointer"], each["code"]) for each in errors] == [("/lines/0/unit_cost", "cost_of_removed")]
    wrong = {**COST, "currency": "XYZ"}
    for path in ("receipts", "openings"):
        body = {"lines": [line(here, item, quantity="1", unit_cost=wrong)]}
        errors = acme.post(f"/v1/stock/{path}", body).refused(422, "invalid")["errors"]
        assert [(e["pointer"], e["code"]) for e in errors] == [("/lines/0/unit_cost/currency", "unknown_currency")]
