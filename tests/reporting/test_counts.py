"""The counts for badges."""

from typing import Any

import pytest

from chalicelib.kernel import counts
from tests.contract.access_states import limited
from tests.factories import Shop, shop
from tests.world import Client


def read(client: Client, names: str = "") -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"/v1/counts{f'?names={names}' if names else ''}").ok()["counts"]
    return found


def exactly(number: int) -> dict[str, Any]:
    return {"count": number, "is_more": False}


@pytest.fixture
def place(acme: Client) -> Shop:
    return shop(acme)


def test_what_is_open_is_counted(acme: Client, place: Shop) -> None:
    assert all(each == exactly(0) for each in read(acme).values())
    item = place.item(on_hand=10)["id"]
    for _ in range(3):
        order = place.confirmed((item, 1))
    acme.post("/v1/shipments", {"order_id": order["id"]}).ok()
    found = read(acme)
    assert (found["open_sales_orders"], found["open_shipments"]) == (exactly(3), exactly(1))
    acme.post(f"/v1/sales-orders/{place.order((item, 1))['id']}/cancel", etag='"1"').ok()
    assert read(acme, "open_sales_orders") == {"open_sales_orders": exactly(3)}


def test_a_count_ends_above_its_limit(acme: Client, place: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counts, "MOST", 2)
    monkeypatch.setattr("chalicelib.reporting.counts.service.MOST", 2)
    item = place.item()["id"]
    for number in range(1, 5):
        place.order((item, 1))
        colleague = limited(acme, place.warehouse)
        expected = {"count": min(number, 2), "is_more": number > 2}
        assert read(acme)["open_sales_orders"] == read(colleague)["open_sales_orders"] == expected


def test_nobody_is_told_a_count_of_what_he_may_not_read(acme: Client) -> None:
    assert "unresolved_deliveries" in read(acme.as_("sales"))
    assert "unresolved_deliveries" not in read(acme.as_("warehouse"))
    assert read(acme.as_("warehouse"), "unresolved_deliveries") == {}
    problem = acme.get("/v1/counts?names=open_sales_orders,secrets").refused(400, "bad_request")
    assert problem["errors"][0]["pointer"] == "/query/names"


def test_whoever_is_limited_to_a_warehouse_is_told_what_is_open_there(acme: Client, place: Shop) -> None:
    other = shop(acme)
    item = place.item()["id"]
    place.order((item, 1))
    for _ in range(2):
        other.order((item, 1))
    assert read(limited(acme, place.warehouse))["open_sales_orders"] == exactly(1)
    assert read(acme)["open_sales_orders"] == exactly(3)
