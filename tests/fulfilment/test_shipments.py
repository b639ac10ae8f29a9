"""Shipments through the API."""

from tests.factories import shop
from tests.world import Client


def test_an_order_is_picked_packed_and_shipped(acme: Client) -> None:
    here = shop(acme)
    item = here.item(on_hand=10)["id"]
    order = here.confirmed((item, 4), (item, 1))
    created = acme.post("/v1/shipments", {"order_id": order["id"]})
    shipment = created.ok()
    assert shipment["status"] == "draft"
    assert [(line["line"], line["quantity"]) for line in shipment["lines"]] == [(1, "4"), (2, "1")]
    path = f"/v1/shipments/{shipment['id']}"
    assert acme.post(f"{path}/pack", {}, etag=1).ok()["packages"] == []
    assert [s["id"] for s in acme.get("/v1/shipments?open=true").ok()["data"]] == [shipment["id"]]
    shipped = acme.post(f"{path}/ship", {"carrier": "DHL", "tracking_number": "JJD1"}, etag=2).ok()
    assert (shipped["status"], shipped["carrier"]) == ("shipped", "DHL")
    assert here.level(item) == ("5", "0", "5")
    after = acme.get(f"/v1/sales-orders/{order['id']}").ok()
    assert (after["status"], after["fulfilment"]) == ("done", "shipped")
    assert after["shipment_ids"] == [shipment["id"]]
    ledger = acme.get(f"/v1/stock/ledger?item_id={item}&location_id={here.location}").ok()["data"]
    assert (ledger[0]["kind"], ledger[0]["quantity"], ledger[0]["document_id"]) == ("shipment", "-5", shipment["id"])
    assert acme.get("/v1/shipments?open=true").ok()["data"] == []
    assert acme.get(f"/v1/shipments?order_id={order['id']}").ok()["data"] == [shipped]
    assert acme.get(f"/v1/shipments?order_id={order['id']}&status=shipped&open=false").ok()["data"] == [shipped]
    assert acme.get(f"/v1/shipments?order_id={order['id']}&open=true").ok()["data"] == []
    assert acme.get(f"/v1/shipments?order_id=so_{'0' * 26}").ok()["data"] == []


def test_partial_shipments_never_ship_more_than_is_committed(acme: Client) -> None:
    here = shop(acme)
    item = here.item(on_hand=3)["id"]
    order = here.confirmed((item, 5))
    too_much = {"order_id": order["id"], "lines": [{"line": 1, "quantity": "4"}]}
    problem = acme.post("/v1/shipments", too_much).refused(422, "invalid")
    assert problem["errors"][0]["code"] == "not_committed"
    two = {"order_id": order["id"], "lines": [{"line": 1, "quantity": "2"}], "ship": {"carrier": "UPS"}}
    assert acme.post("/v1/shipments", two).ok()["status"] == "shipped"
    partly = acme.get(f"/v1/sales-orders/{order['id']}").ok()
    assert (partly["status"], partly["fulfilment"]) == ("in_progress", "partially_shipped")
    assert acme.post("/v1/shipments", two).refused(422, "invalid")
    assert here.level(item) == ("1", "1", "0")
    closed = acme.post(f"/v1/sales-orders/{order['id']}/close", etag=partly["version"]).ok()
    assert (closed["status"], closed["fulfilment"]) == ("done", "partially_shipped")
    assert here.level(item) == ("1", "0", "1")


def test_cancelling_a_shipment_that_left_is_a_reversal(acme: Client) -> None:
    here = shop(acme)
    item = here.item(on_hand=3)["id"]
    order = here.confirmed((item, 3))
    shipment = acme.post("/v1/shipments", {"order_id": order["id"], "ship": {}}).ok()
    assert here.level(item) == ("0", "0", "0")
    path = f"/v1/shipments/{shipment['id']}/cancel"
    assert acme.post(path, key="x", etag=1).ok()["status"] == "cancelled"
    assert acme.post(path, key="x", etag=1).ok()["status"] == "cancelled"
    assert here.level(item) == ("3", "3", "0")
    back = acme.get(f"/v1/sales-orders/{order['id']}").ok()
    assert (back["status"], back["fulfilment"]) == ("confirmed", "committed")
    again = acme.post("/v1/shipments", {"order_id": order["id"], "ship": {}}).ok()
    assert again["status"] == "shipped"
    ledger = acme.get(f"/v1/stock/ledger?item_id={item}&location_id={here.location}").ok()["data"]
    assert [row["kind"] for row in ledger] == ["shipment", "shipment_reversal", "shipment", "receipt"]


def test_an_open_shipment_holds_its_lines_until_it_is_cancelled(acme: Client) -> None:
    here = shop(acme)
    item = here.item(on_hand=3)["id"]
    order = here.confirmed((item, 3))
    shipment = acme.post("/v1/shipments", {"order_id": order["id"]}).ok()
    acme.post("/v1/shipments", {"order_id": order["id"]}).refused(422, "invalid")
    picked = acme.get(f"/v1/sales-orders/{order['id']}").ok()
    acme.post(f"/v1/sales-orders/{order['id']}/cancel", {}, etag=picked["version"]).refused(409, "transition_refused")
    less = {"lines": [{"line": 1, "item_id": item, "quantity": "2", "unit_price": "1"}]}
    acme.patch(f"/v1/sales-orders/{order['id']}", less, etag=picked["version"]).refused(422, "invalid")
    acme.post(f"/v1/shipments/{shipment['id']}/cancel", etag=1).ok()
    free = acme.get(f"/v1/sales-orders/{order['id']}").ok()
    assert acme.post(f"/v1/sales-orders/{order['id']}/cancel", {}, etag=free["version"]).ok()["status"] == "cancelled"
    assert here.level(item) == ("3", "0", "3")


def test_addresses_are_for_those_who_may_read_customers(acme: Client) -> None:
    here = shop(acme)
    item = here.item(on_hand=1)["id"]
    address = {"name": "Ada", "city": "Ulm", "country": "DE"}
    order = here.confirmed((item, 1), shipping_address=address, note="ring twice")
    shipment = acme.post("/v1/shipments", {"order_id": order["id"]}).ok()
    for role, city in (("warehouse", "Ulm"), ("analyst", None)):
        who = acme.as_(role)
        orders = [who.get(f"/v1/sales-orders/{order['id']}").ok()["shipping_address"]]
        shipments = [who.get(f"/v1/shipments/{shipment['id']}").ok(), *who.get("/v1/shipments").ok()["data"]]
        seen = [*orders, *(entry["ship_to"] for entry in shipments)]
        assert [place and place["city"] for place in seen] == [city] * 3
    assert acme.as_("analyst").get(f"/v1/sales-orders/{order['id']}").ok()["note"] is None


def test_tracking_can_change_after_shipping_and_nothing_else(acme: Client) -> None:
    here = shop(acme)
    item = here.item(on_hand=1)["id"]
    shipment = acme.post("/v1/shipments", {"order_id": here.confirmed((item, 1))["id"], "ship": {}}).ok()
    path = f"/v1/shipments/{shipment['id']}"
    assert acme.patch(path, {"tracking_number": "T-1"}, etag=1).ok()["tracking_number"] == "T-1"
    acme.post(f"{path}/pack", {}, etag=2).refused(409, "transition_refused")


def test_open_shipments_follow_the_address_of_the_order_until_they_are_packed(acme: Client) -> None:
    here = shop(acme)
    item = here.item(on_hand=9)["id"]
    cologne, bonn = ({"lines": ["Main St 1"], "city": city, "country": "DE"} for city in ("Köln", "Bonn"))
    order = here.confirmed((item, 9), shipping_address=cologne)
    one, two, three = (
        acme.post("/v1/shipments", {"order_id": order["id"], "lines": [{"line": 1, "quantity": "1"}]}).ok()["id"]
        for _ in range(3)
    )
    acme.post(f"/v1/shipments/{one}/pack", {}, etag=1).ok()
    acme.post(f"/v1/shipments/{three}/ship", {}, etag=1).ok()
    path = f"/v1/sales-orders/{order['id']}"

    def move(address: dict[str, object]) -> None:
        acme.patch(path, {"shipping_address": address}, etag=acme.get(path).etag).ok()
        acme.world.settle()

    def shown() -> list[tuple[str, bool]]:
        found = [acme.get(f"/v1/shipments/{each}").ok() for each in (one, two, three)]
        return [(each["ship_to"]["city"], each["ship_to_differs"]) for each in found]

    move(bonn)
    assert shown() == [("Köln", True), ("Bonn", False), ("Köln", False)]
    move(cologne)
    assert shown()[0] == ("Köln", False)
    move(bonn)
    again = acme.post(
        f"/v1/shipments/{one}/pack", {"packages": [{"number": 1}]}, etag=acme.get(f"/v1/shipments/{one}").etag
    ).ok()
    assert (again["ship_to"]["city"], again["ship_to_differs"], again["packages"][0]["number"]) == ("Bonn", False, 1)


def test_what_is_packed_or_shipped_at_once_goes_to_the_address_of_that_moment(acme: Client) -> None:
    here = shop(acme)
    item = here.item(on_hand=9)["id"]
    cologne, bonn = ({"lines": ["Main St 1"], "city": city, "country": "DE"} for city in ("Köln", "Bonn"))
    order = here.confirmed((item, 9), shipping_address=cologne)
    lines = [{"line": 1, "quantity": "1"}]
    one, two = (acme.post("/v1/shipments", {"order_id": order["id"], "lines": lines}).ok()["id"] for _ in range(2))
    path = f"/v1/sales-orders/{order['id']}"
    acme.patch(path, {"shipping_address": bonn}, etag=acme.get(path).etag).ok()
    assert acme.post(f"/v1/shipments/{one}/pack", {}, etag=1).ok()["ship_to"]["city"] == "Bonn"
    assert acme.post(f"/v1/shipments/{two}/ship", {}, etag=1).ok()["ship_to"]["city"] == "Bonn"
