"""When a place stays busy: how often it is tried, and what is said in the end."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest

from chalicelib.inventory.stock.errors import InsufficientStock
from chalicelib.inventory.stock.levels import StockKey, ref
from chalicelib.inventory.stock.tables import Stock
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.errors import Contention
from chalicelib.kernel.tenant import Tenant
from chalicelib.kernel.use_case import commit
from chalicelib.sales.orders import service
from chalicelib.sales.orders.command_schemas import ConfirmSalesOrder
from chalicelib.sales.orders.status_schemas import ReservationMode
from tests import factories
from tests.events.feeds import Stopped, stopped_clock
from tests.simulation.books import Books
from tests.simulation.mishaps import faults, twin_before
from tests.world import Client

FULL = ConfirmSalesOrder(reservation=ReservationMode.FULL)


@pytest.fixture
def instant() -> Iterator[Stopped]:
    with stopped_clock() as source:
        yield source


def test_a_place_that_stays_busy_is_tried_for_three_seconds_and_then_said_to_be_busy(
    acme: Client, instant: Stopped
) -> None:
    here = factories.shop(acme)
    item = here.item(on_hand=1)["id"]
    order = here.order((item, 1))
    begun = instant.monotonic()
    with faults() as injected:
        injected.at(1, "conflict", "TransactWriteItems", times=1000)
        path = f"/v1/sales-orders/{order['id']}/confirm"
        reply = acme.post(path, {"reservation": "full"}, etag=order["version"])
    reply.refused(503, "contention")
    assert reply.header("retry-after") == "1"
    tries = sum(call.operation == "TransactWriteItems" for call in injected.calls)
    assert 2.9 < instant.monotonic() - begun <= 3
    assert 3 / 0.4 <= tries <= 3 / 0.02
    assert Books.read(acme.tenant, [item]).problems() == []
    acme.post(path, {"reservation": "full"}, etag=order["version"]).ok()


def test_who_has_lost_is_told_so_even_when_his_time_is_over(acme: Client, instant: Stopped) -> None:
    here = factories.shop(acme)
    item = here.item(on_hand=1)["id"]
    order = here.order((item, 1))
    tenant = Tenant(acme.tenant)
    hurried = replace(Call.system(tenant, "test"), patience=0.0)
    place = ref(tenant, StockKey(item, here.warehouse))
    gone = [Stock.available.set(Decimal(0)), Stock.committed.set(Decimal(1))]
    with faults() as injected:
        injected.at(1, "conflict", "TransactWriteItems")
        with pytest.raises(Contention):
            commit(hurried, service.confirm, order["id"], FULL)
    # The first hook comes first: somebody takes the piece, then the transaction meets the conflict.
    with twin_before(1, lambda: store.write(store.update(place, gone)), "TransactWriteItems"), faults() as injected:
        injected.at(1, "conflict", "TransactWriteItems")
        with pytest.raises(InsufficientStock):
            commit(hurried, service.confirm, order["id"], FULL)


def test_a_condition_that_keeps_failing_is_not_asked_without_a_pause(acme: Client, instant: Stopped) -> None:
    """A balance that drifted: what the order holds is not committed there. The self-check mends it."""
    here = factories.shop(acme)
    item = here.item(on_hand=5)["id"]
    order = here.confirmed((item, 2))
    drift = [Stock.committed.set(Decimal(1)), Stock.available.set(Decimal(4))]
    assert store.write(store.update(ref(Tenant(acme.tenant), StockKey(item, here.warehouse)), drift))
    with faults() as counting:
        path = f"/v1/sales-orders/{order['id']}/cancel"
        acme.post(path, {"reason": "customer"}, etag=order["version"]).refused(503, "contention")
    assert sum(call.operation == "TransactWriteItems" for call in counting.calls) < 3 + 3 / 0.1
