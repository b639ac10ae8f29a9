"""The pick queue of a warehouse, through the API."""

from typing import Any

import pytest

from chalicelib import modules
from infra.local.meter import Meter
from tests.contract.access_states import limited
from tests.factories import Shop, shop
from tests.world import Client


@pytest.fixture
def here(acme: Client) -> Shop:
    return shop(acme)


def picked(here: Shop, **fields: Any) -> str:
    order = here.confirmed((here.item(on_hand=1)["id"], 1), **fields)
    return str(here.client.post("/v1/shipments", {"order_id": order["id"]}).ok()["id"])


def queue(client: Client, query: str) -> list[str]:
    return [row["id"] for row in client.get(f"/v1/shipments?open=true{query}").ok()["data"]]


def test_a_pick_queue_has_the_open_shipments_of_a_warehouse_urgent_ones_first(acme: Client, here: Shop) -> None:
    there = shop(acme)
    first, second = picked(here), picked(here)
    other = picked(there)
    urgent, late = picked(here, priority=1), picked(here, priority=9)
    mine = f"&warehouse_id={here.warehouse}"
    assert queue(acme, mine) == [urgent, first, second, late]
    assert queue(acme, f"&warehouse_id={there.warehouse}") == [other]
    assert set(queue(acme, "")) == {urgent, first, second, late, other}
    assert queue(acme, f"{mine}&limit=2") == [urgent, first]
    acme.post(f"/v1/shipments/{first}/pack", {}, etag=1).ok()
    assert queue(acme, f"{mine}&status=packed") == [first]
    acme.post(f"/v1/shipments/{urgent}/ship", {}, etag=1).ok()
    acme.post(f"/v1/shipments/{second}/cancel", {}, etag=1).ok()
    assert queue(acme, mine) == [first, late]


def test_a_shipment_moves_in_the_queue_with_the_priority_of_its_order(acme: Client, here: Shop) -> None:
    first, second = picked(here), picked(here)
    path = f"/v1/sales-orders/{acme.get(f'/v1/shipments/{second}').ok()['order_id']}"
    acme.post(f"{path}/prioritize", {"priority": 2}, etag=acme.get(path).etag).ok()
    acme.world.settle()
    assert queue(acme, f"&warehouse_id={here.warehouse}") == [second, first]


def test_a_pick_queue_costs_what_it_shows_whatever_lies_elsewhere(acme: Client, here: Shop) -> None:
    there, mine = shop(acme), picked(here)
    meter, costs = Meter(modules.tables()), []
    for _ in range(2):
        with meter.measure() as bill:
            assert queue(acme, f"&warehouse_id={here.warehouse}") == [mine]
        costs.append((bill.reads, bill.read_units))
        for _ in range(4):
            picked(there)
    assert costs[0] == costs[1] == (2, 1.5)


def test_somebody_of_another_warehouse_sees_nothing_of_a_queue(acme: Client, here: Shop) -> None:
    there = shop(acme)
    mine, _ = picked(here), picked(there)
    user = limited(acme, here.warehouse)
    assert queue(user, f"&warehouse_id={here.warehouse}") == [mine]
    assert user.get(f"/v1/shipments?open=true&warehouse_id={there.warehouse}").ok() == {"data": [], "next_cursor": None}
    assert queue(user, "") == [mine]
