"""Stock and orders against a simple model: after any sequence of steps the books are right and agree with the model."""

import dataclasses
import os
from collections import defaultdict
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from tests import factories
from tests.simulation.books import Books
from tests.simulation.model import LineModel, OrderModel, Place, ShipmentModel, StockModel
from tests.world import Reply, World

pytestmark = pytest.mark.long

EXAMPLES = int(os.environ.get("NOVEX_EXAMPLES", "20"))
_INDEX = st.integers(min_value=0, max_value=50)
_SMALL = st.integers(min_value=1, max_value=6)
_LINES = st.lists(st.tuples(_INDEX, _SMALL), min_size=1, max_size=3)
_POLICY = st.sampled_from(["full", "partial"])


class Steps(RuleBasedStateMachine):
    """Two items at two locations of a warehouse and in its quarantine; every step goes through the API and through the
    model."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.client = world.tenant()
        self.model = StockModel()
        here = factories.shop(self.client)
        self.items = [here.item()["id"] for _ in range(2)]
        shelf = here.bin("A")
        self.places = [(self.items[0], here.location), (self.items[0], shelf), (self.items[1], here.location)]
        self.warehouse, self.location = here.warehouse, here.location
        body = {"warehouse_id": here.warehouse, "code": "Q", "name": "Q", "zone": "quarantine"}
        self.cage = self.client.post("/v1/locations", body).ok()["id"]
        self.model.cages.add(self.cage)

    # --- stock --------------------------------------------------------------------------------------------------------

    @rule(at=_INDEX, quantity=_SMALL)
    def receive(self, at: int, quantity: int) -> None:
        item, location = place = self.places[at % 3]
        line = {"item_id": item, "location_id": location, "quantity": str(quantity)}
        self.client.post("/v1/stock/receipts", {"lines": [line]}).ok()
        self.model.move(place, quantity)

    @rule(at=_INDEX, change=_SMALL)
    def lose(self, at: int, change: int) -> None:
        """What a count finds is recorded, whatever is committed; but nothing can be lost where it does not lie."""
        item, location = place = self.places[at % 3]
        line = {"item_id": item, "location_id": location, "change": str(-change)}
        reply = self.client.post("/v1/stock/adjustments", {"lines": [line], "reason": "lost"})
        if self._enough(reply, self.model.on_hand[place] >= change):
            self.model.move(place, -change)

    @rule(quantity=_SMALL, back=st.booleans())
    def transfer(self, quantity: int, back: bool) -> None:
        """Within a warehouse everything can be moved that no shipment has picked."""
        source, target = self.places[:2][:: -1 if back else 1]
        line = {"item_id": source[0], "from_location_id": source[1], "to_location_id": target[1]}
        reply = self.client.post("/v1/stock/transfers", {"lines": [{**line, "quantity": str(quantity)}]})
        if self._enough(reply, self._free(source) >= quantity):
            self.model.move(source, -quantity)
            self.model.move(target, quantity)

    @rule(at=_INDEX, quantity=_SMALL, back=st.booleans())
    def quarantine(self, at: int, quantity: int, back: bool) -> None:
        """What must not be sold is taken out of sale whatever is committed or picked, and comes back."""
        place = self.places[at % 3]
        source, target = (place[0], self.cage) if back else place, place if back else (place[0], self.cage)
        line = {"item_id": place[0], "from_location_id": source[1], "to_location_id": target[1]}
        reply = self.client.post("/v1/stock/transfers", {"lines": [{**line, "quantity": str(quantity)}]})
        if self._enough(reply, self.model.on_hand[source] >= quantity):
            self.model.move(source, -quantity)
            self.model.move(target, quantity)

    def _free(self, place: Place) -> int:
        """What lies at a place, without what open shipments have picked in a bin."""
        picked = 0
        if place[1] != self.location:
            picked = sum(each.places.get(place, 0) for each in self.model.shipments if each.status == "draft")
        return self.model.on_hand[place] - picked

    def _enough(self, reply: Reply, expected: bool) -> bool:
        if expected:
            reply.ok()
        else:
            reply.refused(409, "insufficient_stock")
        return expected

    # --- orders -------------------------------------------------------------------------------------------------------

    @rule(requested=_LINES)
    def draft(self, requested: list[tuple[int, int]]) -> None:
        lines = [LineModel(self.places[at % 3][0], quantity) for at, quantity in requested]
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
        least = changed.shipped + changed.picked - changed.over
        changed.ordered, changed.over = quantity, max(0, changed.shipped - quantity)
        changed.committed = min(changed.committed, max(0, quantity - changed.shipped))
        bodies: list[Any] = [{**_body(entry), "line": number} for number, entry in enumerate(lines, 1)]
        if added is not None:
            lines.append(LineModel(self.places[added[0] % 3][0], added[1]))
            bodies.append(_body(lines[-1]))
        reply = self.client.patch(f"/v1/sales-orders/{order.id}", {"lines": bodies}, etag=order.version)
        if quantity < least:
            reply.refused(422, "invalid")
            return
        if added is None and quantity == order.lines[line % len(lines)].ordered:  # nothing is new, so nothing is done
            self._agrees(order, reply.ok())
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
    @rule(which=_INDEX, priority=st.integers(1, 9))
    def prioritize(self, which: int, priority: int) -> None:
        """Another turn changes who is served next, and nothing else."""
        order = self._order(which, "draft", "confirmed", "in_progress")
        if order is not None:
            self._agrees(order, self._step(order, "prioritize", {"priority": priority}).ok())

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
        if reply.status != 201:
            self._lacks(reply, order, picks)
            return
        shipment = ShipmentModel(reply.ok()["id"], reply.ok()["version"], order, picks)
        self.model.shipments.append(shipment)
        self._read_places(shipment, reply.ok())
        for position, quantity in picks:
            order.lines[position].picked += quantity
        if at_once:
            self.model.leave(shipment)
        order.version += 1
        order.follow_lines()
        self._looks(order)

    @precondition(lambda self: any(order.is_live for order in self.model.orders))
    @rule(which=_INDEX, at=_INDEX, extra=_SMALL)
    def ship_more_than_was_ordered(self, which: int, at: int, extra: int) -> None:
        order = self._order(which, "confirmed", "in_progress")
        if order is None:
            return
        position = at % len(order.lines)
        line = order.lines[position]
        free = line.committed - line.picked
        asked = [{"line": position + 1, "quantity": str(free + extra)}]
        body = {"order_id": order.id, "lines": asked, "ship": {}, "beyond_tolerance": True}
        reply = self.client.post("/v1/shipments", body)
        most = max(0, self.model.available(line.item) - self.model.waiting(line.item))
        if line.outstanding != line.committed or extra > most:
            reply.refused(422, "invalid")
            return
        if reply.status != 201:
            self._lacks(reply, order, [(position, free + extra)])
            return
        shipment = ShipmentModel(reply.ok()["id"], reply.ok()["version"], order, [(position, free + extra)])
        self.model.shipments.append(shipment)
        self._read_places(shipment, reply.ok())
        line.committed, line.shipped, line.over = line.committed - free, line.shipped + free + extra, line.over + extra
        for shown in reply.ok()["lines"]:
            self.model.move((line.item, shown["location_id"]), -int(shown["quantity"]))
        shipment.status = "shipped"
        order.version += 1
        order.follow_lines()
        self._looks(order)

    def _lacks(self, reply: Reply, order: OrderModel, picks: list[tuple[int, int]]) -> None:
        """Less lies there than is committed, or it is picked for others already."""
        assert reply.json["code"] in ("invalid", "insufficient_stock")
        items = {order.lines[position].item for position, _ in picks}
        wanted = {item: sum(q for p, q in picks if order.lines[p].item == item) for item in items}
        free = {item: sum(self._free(place) for place in self.places if place[0] == item) for item in items}
        assert any(wanted[item] > free[item] for item in items), (wanted, free)

    def _read_places(self, shipment: ShipmentModel, shown: Any) -> None:
        """Where the goods are taken from: the product chooses."""
        shipment.places = defaultdict(int)
        for line in shown["lines"]:
            shipment.places[line["item_id"], line["location_id"]] += int(line["quantity"])
        assert sum(shipment.places.values()) == sum(quantity for _, quantity in shipment.picks)

    @precondition(lambda self: self.model.shipments)
    @rule(which=_INDEX)
    def ship(self, which: int) -> None:
        shipment = self.model.shipments[which % len(self.model.shipments)]
        reply = self._shipment_step(shipment, "ship", {"carrier": "DHL"})
        if shipment.status != "draft":
            reply.refused(409, "transition_refused")
            return
        if reply.status != 200:
            lacking = reply.refused(409, "insufficient_stock")["shortages"][0]
            assert int(lacking["available"]) < int(lacking["wanted"])
            return
        self._read_places(shipment, reply.ok())
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
        if self.model.give_back(shipment):  # goods for the order and free ones come back by moves of their own
            for row in Books.read(self.client.tenant, self.items).stock:
                self.model.moves[row.item_id] = row.seq
        self._moved_on(shipment, reply)

    # --- the feed -----------------------------------------------------------------------------------------------------

    @rule()
    def settle(self) -> None:
        """Nobody waits while what he waits for is free, nobody holds what is not there unless it is picked, and nothing
        else changes."""
        before = {item: (self.model.available(item), self.model.committed(item)) for item in self.items}
        self.client.world.settle()
        for order in self.model.orders:
            shown = self.client.get(f"/v1/sales-orders/{order.id}").ok()
            for line, told in zip(order.lines, shown["lines"], strict=True):
                free = before[line.item][0]
                assert free >= 0 or int(told["committed"]) <= line.committed
                assert free <= 0 or int(told["committed"]) >= line.committed
                planned = line.committed + line.waits
                line.committed, line.waits = int(told["committed"]), int(told["backordered"])
                assert line.committed + line.waits == planned
            order.version = shown["version"]
            self._agrees(order, shown)
        for item in self.items:
            lines = [line for order in self.model.orders for line in order.lines if line.item == item]
            assert self.model.available(item) <= 0 or not any(line.waits for line in lines)
            assert self.model.available(item) >= 0 or all(line.committed == line.picked for line in lines)

    # --- always -------------------------------------------------------------------------------------------------------

    @invariant()
    def the_books_are_right(self) -> None:
        books = Books.read(self.client.tenant, self.items)
        assert books.problems() == []
        for row in books.stock:
            item = row.item_id
            expected = (self.model.there(item), self.model.committed(item), self.model.waiting(item))
            assert (row.on_hand, row.committed, row.waiting) == expected
            assert row.held == self.model.held(item)
            assert (row.loose, row.seq) == (self.model.on_hand[item, self.location], self.model.moves[item])

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
            line.waits = line.outstanding - quantity
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
        names = ("committed", "picked", "shipped", "cancelled", "backordered", "unplanned", "over")
        told = [tuple(line[name] for name in names) for line in shown["lines"]]
        assert (shown["status"], told) == (order.status, [line.shown() for line in order.lines])
        assert shown["totals"]["total"] == order.total(10)


def _body(line: LineModel) -> dict[str, str]:
    return {"item_id": line.item, "quantity": str(line.ordered), "unit_price": "10"}


def test_any_sequence_of_steps_leaves_the_books_right(world: World) -> None:
    bounds = settings(
        max_examples=EXAMPLES,
        stateful_step_count=20,
        derandomize="NOVEX_EXAMPLES" not in os.environ,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(lambda: Steps(world), settings=bounds)
