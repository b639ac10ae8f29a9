"""Each condition of the stock rules is needed: with it a race ends well, with it taken out the books are wrong.

The races are made certain: the other caller goes through just before the first one's transaction is sent.
"""

import dataclasses
import re
import uuid
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Any

import pytest

from chalicelib.inventory.stock import levels
from chalicelib.inventory.stock.levels import StockKey
from chalicelib.inventory.stock.tables import Stock
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.tenant import Tenant
from tests import factories
from tests.events.feeds import stopped_clock
from tests.factories import Shop
from tests.simulation.books import Books
from tests.simulation.market import Market
from tests.simulation.mishaps import twin_before
from tests.world import Client, Reply, World

Patch = pytest.MonkeyPatch


@pytest.fixture
def instant() -> Iterator[None]:
    """Waiting takes no time, but it passes."""
    with stopped_clock():
        yield


# --- races: what is wrong afterwards, in words ------------------------------------------------------------------------


def overtaken(first: Callable[[], Reply], other: Callable[[], Reply]) -> tuple[Reply, Reply]:
    """`other` goes through just before the transaction of `first`."""
    replies: list[Reply] = []
    with twin_before(1, lambda: replies.append(other()), "TransactWriteItems"):
        mine = first()
    return mine, replies[0]


def problems(here: Shop, item: str, on_hand: int) -> list[str]:
    books = Books.read(here.client.tenant, [item])
    wrong = [] if books.on_hand == on_hand else [f"on hand is {books.on_hand}, not {on_hand}"]
    return wrong + books.problems()


def confirm(here: Shop, order: Any) -> Reply:
    path = f"/v1/sales-orders/{order['id']}/confirm"
    return here.client.post(path, {"reservation": "full"}, etag=order["version"])


def adjust(here: Shop, item: str, change: int) -> Reply:
    line = {"item_id": item, "location_id": here.location, "change": str(change)}
    return here.client.post("/v1/stock/adjustments", {"lines": [line], "reason": "counted"})


def two_orders_for_the_last_piece(here: Shop) -> list[str]:
    item = here.item(on_hand=1)["id"]
    orders = [here.order((item, 1)) for _ in range(2)]
    overtaken(lambda: confirm(here, orders[0]), lambda: confirm(here, orders[1]))
    return problems(here, item, 1)


def two_confirmations_of_one_order(here: Shop) -> list[str]:
    item = here.item(on_hand=10)["id"]
    order = here.order((item, 2))
    overtaken(lambda: confirm(here, order), lambda: confirm(here, order))
    return problems(here, item, 10)


def one_draft_sent_twice_at_once(here: Shop) -> list[str]:
    item, key = here.item()["id"], uuid.uuid4().hex
    line = {"item_id": item, "quantity": "1", "unit_price": "10"}
    body = {"warehouse_id": here.warehouse, "currency": "EUR", "lines": [line]}
    mine, other = overtaken(*[lambda: here.client.post("/v1/sales-orders", body, key)] * 2)
    orders = {order.row.id for order in Books.read(here.client.tenant, [item]).orders if order.lines[0].item_id == item}
    wrong = [] if orders == {mine.ok()["id"]} else [f"one command made {len(orders)} orders"]
    return wrong if mine.body == other.body else [*wrong, "twins were told different things"]


def two_corrections_of_one_stock_row(here: Shop) -> list[str]:
    item = here.item(on_hand=10)["id"]
    overtaken(lambda: adjust(here, item, 1), lambda: adjust(here, item, 2))
    return problems(here, item, 13)


def a_transfer_of_what_somebody_just_committed(here: Shop) -> list[str]:
    item, there = here.item(on_hand=3)["id"], factories.shop(here.client)
    order = here.order((item, 3))
    overtaken(lambda: carry(here, there, item), lambda: confirm(here, order))
    available = Books.read(here.client.tenant, [item]).stock[0].available
    return problems(here, item, 3) + ([f"available {available} without a count"] if available < 0 else [])


def carry(here: Shop, there: Shop, item: str) -> Reply:
    """Moves one piece to another warehouse."""
    line = {"item_id": item, "from_location_id": here.location, "to_location_id": there.location, "quantity": "1"}
    return here.client.post("/v1/stock/transfers", {"lines": [line]})


def a_release_of_what_is_not_committed(here: Shop) -> list[str]:
    """A stock row that drifted must not drift below zero."""
    item = here.item(on_hand=5)["id"]
    order = here.confirmed((item, 2))
    place = levels.ref(Tenant(here.client.tenant), StockKey(item, here.warehouse))
    drift = [Stock.committed.set(Decimal(1)), Stock.available.set(Decimal(4))]
    assert store.write(store.update(place, drift))
    here.client.post(f"/v1/sales-orders/{order['id']}/cancel", {"reason": "customer"}, etag=order["version"])
    return [problem for problem in problems(here, item, 5) if "below zero" in problem]


# --- mutations: one condition taken out of what is sent ---------------------------------------------------------------


def edited(patch: Patch, table: str, edit: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Changes every request about a table before its transaction is sent."""
    real, suffix = store.transact, f"-{table}"

    def transact(actions: Sequence[store.Action], token: str) -> None:
        real(
            [
                dataclasses.replace(action, request=edit(action.request))
                if action.ref.model.table_name().endswith(suffix)
                else action
                for action in actions
            ],
            token,
        )

    patch.setattr(store, "transact", transact)


def weakened(patch: Patch, table: str, attribute: str, *, physical: bool | None = None) -> None:
    """What a condition asks of an attribute always holds; of physical moves only, of reservations only, or of all."""

    def edit(request: dict[str, Any]) -> dict[str, Any]:
        names = {name: placeholder for placeholder, name in request.get("ExpressionAttributeNames", {}).items()}
        condition = request.get("ConditionExpression", "")
        if attribute not in names or physical not in (None, "seq" in names):
            return request
        asked = re.compile(rf"{re.escape(names[attribute])} (=|>=|<=) :\w+")
        always = rf"(\g<0> OR attribute_exists ({names[attribute]}))"
        return {**request, "ConditionExpression": asked.sub(always, condition)} if condition else request

    edited(patch, table, edit)


def unconditional(patch: Patch, table: str) -> None:
    """Rows are put whatever was there."""
    dropped = (
        "ConditionExpression",
        "ExpressionAttributeNames",
        "ExpressionAttributeValues",
        "ReturnValuesOnConditionCheckFailure",
    )
    edited(patch, table, lambda request: {name: part for name, part in request.items() if name not in dropped})


def without_reserve(patch: Patch) -> None:
    weakened(patch, "stock", "available", physical=False)


def without_release(patch: Patch) -> None:
    weakened(patch, "stock", "committed", physical=False)


def without_held(patch: Patch) -> None:
    weakened(patch, "stock", "available", physical=True)


def without_seq(patch: Patch) -> None:
    weakened(patch, "stock", "seq")


def without_version(patch: Patch) -> None:
    weakened(patch, "sales_orders", "version")


def without_dense_ledger(patch: Patch) -> None:
    unconditional(patch, "movements")


def without_record(patch: Patch) -> None:
    unconditional(patch, "idempotency")


Race = Callable[[Shop], list[str]]
MUTATIONS: list[tuple[Race, tuple[Callable[[Patch], None], ...]]] = [
    (two_orders_for_the_last_piece, (without_reserve,)),
    (two_confirmations_of_one_order, (without_version,)),
    (one_draft_sent_twice_at_once, (without_record,)),
    # Two locks on one door: each of them alone holds, see below.
    (two_corrections_of_one_stock_row, (without_seq, without_dense_ledger)),
    (a_transfer_of_what_somebody_just_committed, (without_held,)),
    (a_release_of_what_is_not_committed, (without_release,)),
]


@pytest.mark.parametrize(("race", "mutations"), MUTATIONS, ids=[race.__name__ for race, _ in MUTATIONS])
def test_a_race_ends_well_and_would_not_without_its_condition(
    acme: Client, monkeypatch: Patch, race: Race, mutations: tuple[Callable[[Patch], None], ...], instant: None
) -> None:
    here = factories.shop(acme)
    assert race(here) == []
    for mutate in mutations:
        mutate(monkeypatch)
    assert race(here) != []


@pytest.mark.parametrize("mutate", [without_seq, without_dense_ledger])
def test_the_sequence_of_a_stock_row_and_its_dense_ledger_guard_each_other(
    acme: Client, monkeypatch: Patch, mutate: Callable[[Patch], None], instant: None
) -> None:
    mutate(monkeypatch)
    assert two_corrections_of_one_stock_row(factories.shop(acme)) == []


def test_the_market_fails_when_the_stock_condition_is_taken_out(world: World, monkeypatch: Patch) -> None:
    without_reserve(monkeypatch)
    market = Market(world)
    try:
        found = market.day(seed=0).problems()
    finally:
        market.pool.shutdown()
    assert any("do not make 25" in problem for problem in found), found
