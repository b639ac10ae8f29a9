"""One tenant's life for the search for words: everything is done once, well and badly."""

import json
import uuid
from typing import Any

import pytest

from chalicelib.events import consumers
from chalicelib.events.queues import Queue
from chalicelib.integrations.shopify import samples as shopify
from chalicelib.kernel import declaration
from chalicelib.kernel.events import Consumer
from tests.contract import sample_tenant
from tests.contract.asking import body_for, current_etag, required
from tests.contract.marks import Marks
from tests.contract.operations import Operation, leaves, operations, put
from tests.contract.watching import watching
from tests.events.feeds import declare
from tests.integrations import orders
from tests.world import World


class Run:
    """One tenant's life, and what it left behind."""

    def __init__(self, world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.world, self.client, self.patch = world, world.tenant(is_sandbox=True), monkeypatch
        self.first_line = len(world.access_lines)
        self.routes = operations()
        with watching(world) as self.traces:
            self.home = sample_tenant.settled(self.client)
            self.mark = self.home.mark
            for operation in self.routes:
                self._changes(operation)
                self._refusals(operation)
            self._webhooks()
            self._errors()
            world.settle()
        self.printed = capsys.readouterr().out

    def _changes(self, operation: Operation) -> None:
        """Every command that works on what is there, with the version that it has now."""
        if operation.body_schema is not None:
            home, body = self.home, self.home.body(operation.name)
            path, version = operation.path(home.ids), '"1"'
            if operation.endpoint.change:
                version = current_etag(operation, self.client, home.ids)
            headers = operation.headers(self.mark("header.idempotency_key"), version)
            self.traces.heard(self.client.call(operation.method, path, body, headers))

    def _refusals(self, operation: Operation) -> None:
        """Words where they do not belong: in path, query, headers, and as every field of the body."""
        mark, home = self.mark, self.home
        headers = operation.headers(mark("header.idempotency_key"), mark("header.if_match"))
        headers |= {"User-Agent": mark("header.user_agent"), "Cookie": f"a={mark('header.cookie')}"}
        headers |= {"Referer": f"https://example.com/{mark('header.referer')}", "X-Other": mark("header.other")}
        path = required(operation, home, home.ids)
        ask = self.client.call
        self.traces.heard(ask(operation.method, path, None, headers))
        self.traces.heard(ask(operation.method, f"{path}{'&' if '?' in path else '?'}limit={mark('query.limit')}"))
        for name in operation.query:
            self.traces.heard(ask(operation.method, f"{operation.path(home.ids)}?{name}={mark('query.' + name)}"))
        if operation.path_names:
            strange = {name: mark("path." + name) for name in operation.path_names}
            body = body_for(operation, home)
            self.traces.heard(ask(operation.method, operation.path(strange), body, operation.headers("k")))
        self.traces.heard(
            ask(operation.method, path, None, {"Authorization": f"Bearer {mark('header.token')}.e30.e30"})
        )
        if operation.body_schema is not None:
            self._wrong_bodies(operation, operation.body_schema)

    def _wrong_bodies(self, operation: Operation, schema: dict[str, Any]) -> None:
        mark, path = self.mark, operation.path(self.home.ids)
        good = self.home.body(operation.name)
        wrong = good
        for place, _ in leaves(schema, operation.document):
            if place_exists(good, place):
                wrong = put(wrong, place, f"\t{mark('.'.join(place))} # " + "x" * 5000)
        for body in (wrong, {**good, "surprise": mark("body.unknown")}, [mark("body.array")]):
            headers = operation.headers(uuid.uuid4().hex)
            self.traces.heard(self.client.call(operation.method, path, body, headers))
        broken = json.dumps(good).encode()[:-1] + b',"x":' + mark("body.broken").encode()
        self.traces.heard(self.client.call(operation.method, path, broken, operation.headers(uuid.uuid4().hex)))

    def _webhooks(self) -> None:
        """An order that becomes one, one that is quarantined, and a forged one."""
        mark, home = self.mark, self.home
        home.make_again("connection_id")
        connection = home.make_again("connection")
        stocked = self.client.post("/v1/items", {"sku": f"W-{uuid.uuid4().hex[:8]}", "name": "n"}).ok()
        for sku in (stocked["sku"], f"NOT-{uuid.uuid4().hex[:8]}"):
            shopify.deliver(home, personal_order(sku, mark))
        forged = {"X-Shopify-Hmac-Sha256": mark("header.hmac"), "X-Shopify-Shop-Domain": mark("header.shop")}
        body = json.dumps(personal_order("A", mark)).encode()
        path = f"/webhooks/shopify/{connection}"
        self.traces.heard(self.world.anonymous().call("POST", path, body, forged))
        self.world.settle()
        assert self.client.get("/v1/integrations/inbox?state=done").ok()["data"]
        assert self.client.get("/v1/integrations/inbox?state=quarantined").ok()["data"]

    def _errors(self) -> None:
        """Errors of our own whose message holds a word: in a view, in the queue's worker, in a reader of the feed."""
        mark, home = self.mark, self.home

        def fail(*_: Any, **__: Any) -> None:
            word = mark("exception.message")
            try:
                raise ValueError({"name": word})
            except ValueError as error:
                raise RuntimeError(f"cannot handle {word}") from error

        with self.patch.context() as broken:
            broken.setattr("chalicelib.catalog.items.service.read", fail)
            reply = self.traces.heard(self.client.get(f"/v1/items/{home.ids['item_id']}"))
            assert reply.status == 500
        with self.patch.context() as broken:
            broken.setattr("chalicelib.integrations.inbox.worker._act", fail)
            broken.setattr("chalicelib.jobs.worker.HANDLERS", {"stock.check": fail})
            item = f"/v1/items/{home.ids['item_id']}"
            unlucky = Consumer("test.words", "nowhere.fail", Queue.STOCK, frozenset({"item.updated"}))
            handlers = {consumer: consumers.handler(name) for name, (_, consumer) in declaration.consumers().items()}
            declare(broken, {**handlers, unlucky: fail})
            shopify.deliver(home, personal_order("A", mark))
            self.client.post("/v1/stock/check", {}).ok()
            self.client.patch(item, {"name": mark("update_item.name")}, etag=self.client.get(item).etag).ok()
            self.world.settle()
        assert "exception.message" in mark.made.values()


def place_exists(body: Any, place: tuple[str, ...]) -> bool:
    for step in place:
        if step == "*":
            if not body:
                return False
            body = body[0]
        elif not isinstance(body, dict) or step not in body:
            return False
        else:
            body = body[step]
    return True


def personal_order(sku: str, mark: Marks) -> dict[str, Any]:
    """An order of a shop in which every personal value is a word of its own."""
    address = {name: mark(f"webhook.address.{name}") for name in orders.ADDRESS} | {"country_code": "DE"}
    email = mark("webhook.email") + "@example.com"
    customer = {"id": uuid.uuid4().int % 10**12, "email": email, "default_address": address}
    customer |= {name: mark(f"webhook.customer.{name}") for name in ("first_name", "last_name", "phone", "note")}
    return orders.order(
        orders.line(sku, title=mark("webhook.line.title"), name=mark("webhook.line.name")),
        email=email,
        contact_email=email,
        phone=mark("webhook.phone"),
        note=mark("webhook.note"),
        note_attributes=[{"name": "gift", "value": mark("webhook.note_attribute")}],
        browser_ip=mark("webhook.browser_ip"),
        customer=customer,
        billing_address=address,
        shipping_address=address,
    )
