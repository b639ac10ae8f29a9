"""Stock and orders against a simple model: after any sequence of steps the books are right and agree with the model."""

import dataclasses
import os
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from tests import factories
from tests.simulation.books import Books
from tests.simulation.model import LineModel, OrderModel, ShipmentModel, StockModel
from tests.world import Reply, World

pytestmark = pytest.mark.long

EXAMPLES = int(os.environ.get("NOVEX_EXAMPLES", "20"))
_INDEX = st.integers(min_value=0, max_value=50)
_SMALL = st.integers(min_value=1, max_value=6)
_LINES = st.lists(st.tuples(_INDEX, _SMALL), min_size=1, max_size=3)
_POLICY = st.sampled_from(["full", "partial"])


class Steps(RuleBasedStateMachine):
    """Two items at two locations; every step goes through the API and through the model."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.client = world.tenant()
        self.model = StockModel()
        here = factories.shop(self.client)
        self.items = [here.item()["id"] for _ in range(2)]
        shelf = here.bin("A")
        self.places = [(self.items[0], here.location), (self.items[0], shelf), (self.items[1], here.location)]
        self.warehouse = here.warehouse

    # --- stock --------------------------------------------------------------------------------------------------------

    @rule(at=_INDEX, quantity=_SMALL)
    def receive(self, at: int, quantity: int) -> None:
        item, location = place = self.places[at % 3]
        line = {"item_id": item, "location_id": location, "quantity": str(quantity)}
        self.client.post("/v1/stock/receipts", {"lines": [line]}).ok()
        self.model.move(place, quantity)

    @rule(at=_INDEX, change=_SMALL)
    def lose(self, at: int, change: int) -> None:
        item, location = place = self.places[at % 3]
        line = {"item_id": item, "location_id": location, "change": str(-change)}
        reply = self.client.post("/v1/stock/adjustments", {"lines": [line], "reason": "lost"})
        if self._enough(reply, self.model.available(place) >= change):
            self.model.move(place, -change)

    @rule(quantity=_SMALL, back=st.booleans())
    def transfer(self, quantity: int, back: bool) -> None:
        source, target = self.places[:2][:: -1 if back else 1]
        line = {"item_id": source[0], "from_location_id": source[1], "to_location_id": target[1]}
        reply = self.client.post("/v1/stock/transfers", {"lines": [{**line, "quantity": str(quantity)}]})
        if self._enough(reply, self.model.available(source) >= quantity):
            self.model.move(source, -quantity)
            self.model.move(target, quantity)

    def _enough(self, reply: Reply, expected: bool) -> bool:
        if expected:
            reply.ok()
        else:
            reply.refused(409, "insufficient_stock")
        return expected

    # --- orders -------------------------------------------------------------------------------------------------------

    @rule(requested=_LINES)
    def draft(self, requested: list[tuple[int, int]]) -> None:
        lines = [LineModel(self.places[at % 3], quantity) for at, quantity in requested]
        body = {"warehouse_id": self.warehouse, "currency": "EUR", "lines": [_body(line) for line in lines]}
        order = self.client.post("/v1/sales-orders", body).ok()
        self.model.orders.append(OrderModel(order["id"], order["version"], lines))

    @precondition(lambda self: self.model.orders)
    @rule(which=_INDEX, policy=_POLICY)
    def confirm(self, which: int, policy: str) -> None:
        order = self._order(which, "draft")
        if order is None:
            return
        taken = self.model.allocate(order, order.lines, policy)
        reply = self._step(order, "confirm", {"reservation": policy})
        if taken is None:
            reply.refused(409, "insufficient_stock")
            return
        order.reservation = policy
        self._hold(order, taken)
        self._agrees(order, reply.ok())

    @precondition(lambda self: self.model.orders)
    @rule(which=_INDEX, line=_INDEX, quantity=_SMALL, added=st.none() | st.tuples(_INDEX, _SMALL))
    def edit(self, which: int, line: int, quantity: int, added: tuple[int, int] | None) -> None:
        order = self._order(which, "draft", "confirmed", "in_progress")
        if order is None or not all(entry.ordered for entry in order.lines):
            return
        lines = [dataclasses.replace(entry) for entry in order.lines]
        changed = lines[line % len(lines)]
        changed.ordered = quantity
        changed.committed = min(changed.committed, max(0, quantity - changed.shipped))
        bodies: list[Any] = [{**_body(entry), "line": number} for number, entry in enumerate(lines, 1)]
        if added is not None:
            lines.append(LineModel(self.places[added[0] % 3], added[1]))
            bodies.append(_body(lines[-1]))
        reply = self.client.patch(f"/v1/sales-orders/{order.id}", {"lines": bodies}, etag=order.version)
        if quantity < changed.shipped + changed.picked:
            reply.refused(422, "invalid")
            return
        taken = self.model.allocate(order, lines, order.reservation) if order.is_live else [0] * len(lines)
        if taken is None:
            reply.refused(409, "insufficient_stock")
            return
        order.lines[:] = lines
        if order.is_live:
            self._hold(order, taken)
        self._agrees(order, reply.ok())

    @precondition(lambda self: self.model.orders)
    @rule(which=_INDEX)
    def cancel(self, which: int) -> None:
        order = self._order(which, "draft", "confirmed", "in_progress", "done")
        if order is None:
            return
        reply = self._step(order, "cancel", {"reason": "customer"})
        if order.status == "done" or any(line.picked for line in order.lines):
            reply.refused(409, "transition_refused")
            return
        order.end()
        self._agrees(order, reply.ok())

    @precondition(lambda self: self.model.orders)
    @rule(which=_INDEX)
    def close(self, which: int) -> None:
        order = self._order(which, "in_progress")
        if order is None:
            return
        reply = self._step(order, "close", None)
        if any(line.picked for line in order.lines):
            reply.refused(409, "conflict")
            return
        order.end()
        self._agrees(order, reply.ok())

    # --- shipments ----------------------------------------------------------------------------------------------------

    @precondition(lambda self: any(order.is_live for order in self.model.orders))
    @rule(which=_INDEX, at_once=st.booleans())
    def pick(self, which: int, at_once: bool) -> None:
        order = self._order(which, "confirmed", "in_progress")
        if order is None:
            return
        body = {"order_id": order.id, **({"ship": {"carrier": "DHL"}} if at_once else {})}
        reply = self.client.post("/v1/shipments", body)
        free = [line.committed - line.picked for line in order.lines]
        picks = [(position, quantity) for position, quantity in enumerate(free) if quantity]
        if not picks:
            reply.refused(422, "invalid")
            return
        shipment = ShipmentModel(reply.ok()["id"], reply.ok()["version"], order, picks)
        self.model.shipments.append(shipment)
        for position, quantity in picks:
            order.lines[position].picked += quantity
        if at_once:
            self.model.leave(shipment)
        order.version += 1
        order.follow_lines()
        self._looks(order)

    @precondition(lambda self: self.model.shipments)
    @rule(which=_INDEX)
    def ship(self, which: int) -> None:
        shipment = self.model.shipments[which % len(self.model.shipments)]
        reply = self._shipment_step(shipment, "ship", {"carrier": "DHL"})
        if shipment.status != "draft":
            reply.refused(409, "transition_refused")
            return
        self.model.leave(shipment)
        self._moved_on(shipment, reply)

    @precondition(lambda self: self.model.shipments)
    @rule(which=_INDEX)
    def reverse(self, which: int) -> None:
        shipment = self.model.shipments[which % len(self.model.shipments)]
        reply = self._shipment_step(shipment, "cancel", None)
        if shipment.status == "cancelled":
            reply.refused(409, "transition_refused")
            return
        self.model.give_back(shipment)
        self._moved_on(shipment, reply)

    # --- the feed -----------------------------------------------------------------------------------------------------

    @rule()
    def settle(self) -> None:
        """Backorders are filled: nobody waits while what he waits for is free, and nothing else changes."""
        self.client.world.settle()
        for order in self.model.orders:
            shown = self.client.get(f"/v1/sales-orders/{order.id}").ok()
            for line, told in zip(order.lines, shown["lines"], strict=True):
                assert line.committed <= int(told["committed"]) <= max(line.outstanding, line.committed)
                assert order.waits or line.committed == int(told["committed"])
                line.committed = int(told["committed"])
            order.version = shown["version"]
            self._agrees(order, shown)
        for order in self.model.orders:
            for line in order.lines if order.is_live else []:
                assert line.outstanding == line.committed or self.model.available(line.place) == 0

    # --- always -------------------------------------------------------------------------------------------------------

    @invariant()
    def the_books_are_right(self) -> None:
        books = Books.read(self.client.tenant, self.items)
        assert books.problems() == []
        for row in books.balances:
            place = (row.item_id, row.location_id)
            expected = (self.model.on_hand[place], self.model.committed(place), self.model.moves[place])
            assert (row.on_hand, row.committed, row.seq) == expected

    # --- hands --------------------------------------------------------------------------------------------------------

    def _order(self, which: int, *statuses: str) -> OrderModel | None:
        found = [order for order in self.model.orders if order.status in statuses]
        return found[which % len(found)] if found else None

    def _step(self, order: OrderModel, step: str, body: Any) -> Reply:
        return self.client.post(f"/v1/sales-orders/{order.id}/{step}", body, etag=order.version)

    def _shipment_step(self, shipment: ShipmentModel, step: str, body: Any) -> Reply:
        return self.client.post(f"/v1/shipments/{shipment.id}/{step}", body, etag=shipment.version)

    def _hold(self, order: OrderModel, taken: list[int]) -> None:
        for line, quantity in zip(order.lines, taken, strict=True):
            line.committed = quantity
        order.follow_lines()

    def _moved_on(self, shipment: ShipmentModel, reply: Reply) -> None:
        shipment.version = reply.ok()["version"]
        shipment.order.version += 1
        shipment.order.follow_lines()
        self._looks(shipment.order)

    def _looks(self, order: OrderModel) -> None:
        self._agrees(order, self.client.get(f"/v1/sales-orders/{order.id}").ok())

    def _agrees(self, order: OrderModel, shown: Any) -> None:
        """The order as the API shows it is the model's."""
        order.version = shown["version"]
        names = ("committed", "picked", "shipped", "cancelled", "backordered", "unplanned")
        told = [tuple(line[name] for name in names) for line in shown["lines"]]
        assert (shown["status"], told) == (order.status, [line.shown(is_live=order.is_live) for line in order.lines])
        assert shown["totals"]["total"] == order.total(10)


def _body(line: LineModel) -> dict[str, str]:
    item, location = line.place
    return {"item_id": item, "location_id": location, "quantity": str(line.ordered), "unit_price": "10"}


def test_any_sequence_of_steps_leaves_the_books_right(world: World) -> None:
    bounds = settings(
        max_examples=EXAMPLES,
        stateful_step_count=20,
        deadline=None,
        derandomize="NOVEX_EXAMPLES" not in os.environ,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(lambda: Steps(world), settings=bounds)
