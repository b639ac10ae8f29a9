"""Shipments that reach the customer, and the drivers who bring them, through the API."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.kernel import clock
from tests.contract.access_states import limited
from tests.factories import Shop, shop
from tests.world import Client

BONN = {"name": "Ada", "lines": ["Main St 1"], "city": "Bonn", "country": "DE"}


@pytest.fixture
def here(acme: Client) -> Shop:
    return shop(acme)


def shipment(here: Shop, **fields: Any) -> Any:
    item = here.item(on_hand=3)["id"]
    order = here.confirmed((item, 3), shipping_address=BONN)
    return here.client.post("/v1/shipments", {"order_id": order["id"], **fields}).ok()


def test_a_shipment_that_has_left_is_marked_as_delivered_once(acme: Client, here: Shop) -> None:
    path = f"/v1/shipments/{shipment(here)['id']}"
    acme.post(f"{path}/deliver", {}, etag=1).refused(409, "transition_refused")
    shipped = acme.post(f"{path}/ship", {}, etag=1).ok()
    assert "deliver" in shipped["allowed_transitions"]
    delivered = acme.post(f"{path}/deliver", {"received_by": "Ada Berg"}, etag=2).ok()
    assert (delivered["status"], delivered["received_by"]) == ("delivered", "Ada Berg")
    assert delivered["delivered_at"] >= shipped["shipped_at"]
    acme.post(f"{path}/deliver", {}, etag=3).refused(409, "transition_refused")
    assert acme.patch(path, {"tracking_number": "T-1"}, etag=3).ok()["status"] == "delivered"
    acme.world.settle()
    changes = acme.get("/v1/changes?limit=100").ok()["data"]
    (entry,) = [each for each in changes if each["event"] == "shipment.delivered"]
    assert entry["fields"] == ["delivered_at", "received_by", "status"] and "Ada" not in str(entry)


def test_a_delivery_is_neither_to_come_nor_before_the_shipping(acme: Client, here: Shop) -> None:
    path = f"/v1/shipments/{shipment(here, ship={})['id']}"
    for hours, code in ((1, "in_future"), (-1, "before_shipping")):
        at = clock.text(clock.now() + timedelta(hours=hours))
        problem = acme.post(f"{path}/deliver", {"delivered_at": at}, etag=1).refused(422, "invalid")
        assert [(each["pointer"], each["code"]) for each in problem["errors"]] == [("/delivered_at", code)]
    assert acme.get(path).ok()["status"] == "shipped"


def test_what_was_delivered_and_comes_back_is_reversed(acme: Client, here: Shop) -> None:
    path = f"/v1/shipments/{shipment(here, ship={})['id']}"
    acme.post(f"{path}/deliver", {}, etag=1).ok()
    assert acme.post(f"{path}/cancel", {}, etag=2).ok()["status"] == "cancelled"
    item = acme.get(path).ok()["lines"][0]["item_id"]
    assert here.level(item) == ("3", "3", "0")


def test_a_driver_sees_and_delivers_what_has_left_and_nothing_else(acme: Client, here: Shop) -> None:
    driver = acme.as_("driver")
    draft, packed, left, back = (shipment(here) for _ in range(4))
    acme.post(f"/v1/shipments/{packed['id']}/pack", {}, etag=1).ok()
    for each, number in ((left, "T-1"), (back, "T-2")):
        acme.post(f"/v1/shipments/{each['id']}/ship", {"tracking_number": number}, etag=1).ok()
    acme.post(f"/v1/shipments/{back['id']}/cancel", {}, etag=2).ok()
    for query in ("", "?status=draft", "?open=true", f"?warehouse_id={here.warehouse}", "?tracking_number=T-1"):
        seen = [row["id"] for row in driver.get(f"/v1/shipments{query}").ok()["data"]]
        assert seen == ([] if "draft" in query or "open" in query else [left["id"]]), query
    ids = ",".join(each["id"] for each in (draft, packed, left, back))
    assert [row["id"] for row in driver.get(f"/v1/shipments?ids={ids}").ok()["data"]] == [left["id"]]
    assert driver.get(f"/v1/shipments?order_id={draft['order_id']}").ok()["data"] == []
    for each in (draft, packed, back):
        path = f"/v1/shipments/{each['id']}"
        driver.get(path).refused(404, "not_found")
        driver.post(f"{path}/deliver", {}, etag=acme.get(path).etag).refused(404, "not_found")
    assert driver.get("/v1/scan?code=T-2").ok()["matches"] == []
    assert [match["id"] for match in driver.get("/v1/scan?code=T-1").ok()["matches"]] == [left["id"]]
    path = f"/v1/shipments/{left['id']}"
    assert driver.get(path).ok()["ship_to"]["city"] == "Bonn"
    delivered = driver.post(f"{path}/deliver", {"received_by": "Berg"}, etag=2).ok()
    assert (delivered["status"], delivered["received_by"]) == ("delivered", "Berg")
    assert acme.as_("analyst").get(path).ok()["received_by"] is None
    for step in ("cancel", "ship", "pack"):
        driver.post(f"{path}/{step}", {}, etag=3).refused(403, "forbidden")
    for other in (
        "/v1/sales-orders",
        f"/v1/sales-orders/{left['order_id']}",
        "/v1/customers",
        "/v1/items",
        "/v1/stock",
    ):
        driver.get(other).refused(403, "forbidden")
    assert driver.get(f"/v1/shipments?include=item,sales_order,warehouse&ids={left['id']}").ok()["included"] == {}


def test_a_driver_of_a_warehouse_sees_only_what_left_it(acme: Client, here: Shop) -> None:
    there = shop(acme)
    driver = limited(acme, here.warehouse, roles=("driver",))
    mine, theirs = shipment(here, ship={}), shipment(there, ship={})
    assert [row["id"] for row in driver.get("/v1/shipments").ok()["data"]] == [mine["id"]]
    driver.post(f"/v1/shipments/{theirs['id']}/deliver", {}, etag=1).refused(404, "not_found")
    assert driver.post(f"/v1/shipments/{mine['id']}/deliver", {}, etag=1).ok()["status"] == "delivered"


def test_somebody_who_also_works_in_the_warehouse_sees_what_has_not_left(acme: Client, here: Shop) -> None:
    draft = shipment(here)
    assert acme.as_("driver", "warehouse").get(f"/v1/shipments/{draft['id']}").status == 200
