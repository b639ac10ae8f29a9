"""Watches every commit of a race: nothing is promised twice, and nobody who waits is overtaken."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeVar

from chalicelib.inventory.stock import levels
from chalicelib.inventory.stock.levels import StockKey
from chalicelib.inventory.stock.tables import Stock
from chalicelib.kernel.dynamo import client, store
from chalicelib.kernel.tenant import Tenant
from chalicelib.sales.orders import reservations
from chalicelib.sales.orders.reservations import OrderReservations
from tests.simulation.mishaps import Interleaving

T = TypeVar("T")
ZERO = Decimal(0)
DEMAND, FEED, COUNT = "demand", "feed", "count"
"""What a deed is: a command for a document, the consumer that serves who waits, or one that may find less than is
committed."""


@dataclass
class Look:
    """What there is, and what orders hold and wait for."""

    available: dict[StockKey, Decimal]
    orders: dict[str, OrderReservations]

    def waits(self, order_id: str, key: StockKey) -> Decimal:
        return self.orders[order_id].waiting.get(key, ZERO)

    def held(self, order_id: str, key: StockKey) -> Decimal:
        return self.orders[order_id].held.get(key, ZERO)


@dataclass
class Witness:
    """keys / orders: the stock and the orders of the race."""

    race: Interleaving
    tenant: Tenant
    keys: Sequence[StockKey]
    orders: Sequence[str]
    problems: list[str] = field(default_factory=list)
    commits: int = 0

    def __post_init__(self) -> None:
        self._deed = threading.local()
        self._last = self._look()
        self._since = {(order, key): 0 for order in self.orders for key in self.keys}
        """The commit since which an order waits for a key, with the turn that it has."""

    def watched(self, role: str, deed: Callable[[], T]) -> Callable[[], T]:
        """The deed, whose commits are looked at."""

        def do() -> T:
            self._deed.role, self._deed.begun = role, self.commits
            return deed()

        return do

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Looks at every commit in its context."""
        events = client.dynamodb().meta.events
        events.register("after-call.dynamodb.TransactWriteItems", self._committed, unique_id="novex_witness")
        try:
            yield
        finally:
            events.unregister("after-call.dynamodb.TransactWriteItems", unique_id="novex_witness")

    def _committed(self, http_response: Any, **_: Any) -> None:
        if http_response.status_code < 300 and hasattr(self._deed, "role"):
            with self.race.undisturbed():
                before, self._last = self._last, self._look()
            self.commits += 1
            for key in self.keys:
                self._judge(key, before, self._last)

    def _look(self) -> Look:
        refs = {key: levels.ref(self.tenant, key) for key in self.keys}
        rows = store.get_many(refs.values())
        available = {
            key: ZERO if (row := rows[ref]) is None else Stock.read(row).available for key, ref in refs.items()
        }
        return Look(available, reservations.of_orders(self.tenant, self.orders))

    def _judge(self, key: StockKey, before: Look, after: Look) -> None:
        role = self._deed.role
        if role != COUNT and after.available[key] < min(before.available[key], ZERO):
            self.problems.append(f"{key}: {after.available[key]} available after {before.available[key]} by {role}")
        for order in self.orders:
            more = after.held(order, key) - before.held(order, key)
            others = [each for each in self.orders if each != order and before.waits(each, key)]
            if more > 0 and role == FEED:
                self._served(key, order, [each for each in others if after.waits(each, key)], before)
            elif more > 0:
                free = before.available[key] - sum((before.waits(each, key) for each in others), ZERO)
                if more > free:
                    self.problems.append(f"{key}: {order} got {more} of {free}; {others} wait")
            if not before.waits(order, key) or before.orders[order].claim != after.orders[order].claim:
                self._since[order, key] = self.commits

    def _served(self, key: StockKey, order: str, others: list[str], before: Look) -> None:
        """Whoever was there with an earlier turn when the consumer began must have been served."""
        turn = before.orders[order].claim.turn
        for each in others:
            if before.orders[each].claim.turn < turn and self._since[each, key] < self._deed.begun:
                self.problems.append(f"{key}: {order} was served before {each}")
