"""CPU of a request without the store: the whole handler against a bare one that does the same DynamoDB calls.

Each request is done once against the engine while its events, calls and replies are recorded. Then it is done again
and again with the recorded replies in place of the network, by the product and by a bare handler on plain boto3.
"""

import json
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import boto3
from boto3.dynamodb.types import TypeDeserializer
from botocore.awsrequest import AWSResponse
from botocore.client import BaseClient
from botocore.compat import HTTPHeaders

from bench.use_cases import Scene
from infra.local.gateway import Gateway

GOAL_MS = 1.0
"""What a request may cost outside botocore, on a machine that does nothing else."""
ROUNDS = 15
REPEATS = 20


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU milliseconds a request, the least of some rounds, because whatever else the machine does makes them slower.
    `outside`: of the product, without what botocore itself takes."""

    name: str
    calls: int
    product: float
    outside: float
    bare: float

    @property
    def ratio(self) -> float:
        return self.product / self.bare


@dataclass
class Recording:
    """One request: its event, and every store call with the reply's bytes."""

    event: dict[str, Any] = field(default_factory=dict)
    context: Any = None
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    replies: list[tuple[int, dict[str, str], bytes]] = field(default_factory=list)


class _Tap(Gateway):
    """Keeps the event of the last request."""

    def _event(self, exchange: Any) -> dict[str, Any]:
        self.event = super()._event(exchange)
        return self.event


def measure(scene: Scene) -> Iterator[Cost]:
    """Every request of interest in turn."""
    order = scene.order()
    for _ in range(50):
        scene.shop.order((scene.items[0], 1), (scene.items[1], 1))
    yield cost(scene, "Read an item", "GET", f"/v1/items/{scene.items[0]}")
    yield cost(scene, "List 50 orders", "GET", "/v1/sales-orders?limit=50")
    lines = [{"item_id": item, "quantity": "2", "unit_price": "10"} for item in scene.items]
    new = {"warehouse_id": scene.shop.warehouse, "currency": "EUR", "customer_id": scene.customer, "lines": lines}
    yield _command(scene, "Create an order of 10 lines", "/v1/sales-orders", new)
    yield _command(scene, "Confirm it", f"/v1/sales-orders/{order['id']}/confirm", {}, '"1"')
    yield _command(scene, "Ship it at once", "/v1/shipments", {"order_id": order["id"], "ship": {"carrier": "DHL"}})


def _command(scene: Scene, name: str, path: str, body: Any, etag: str = "") -> Cost:
    headers = {"Idempotency-Key": uuid.uuid4().hex, "Content-Type": "application/json"}
    if etag:
        headers["If-Match"] = etag
    return cost(scene, name, "POST", path, json.dumps(body).encode(), headers)


def cost(
    scene: Scene,
    name: str,
    method: str,
    path: str,
    body: bytes = b"",
    headers: dict[str, str] | None = None,
    rounds: int = ROUNDS,
) -> Cost:
    """What one request costs; what it would change is done once, while it is recorded."""
    from chalicelib.access import access_state
    from chalicelib.kernel.dynamo import client

    # The lookup of the caller's access state comes once in 30 s and is no part of a request's own cost.
    access_state.forget()
    scene.acme.get("/v1/warehouses").ok()
    app = scene.world.gateway._app
    taken = _record(scene, method, path, body, headers or {})
    bare = _bare(taken)

    def product() -> None:
        answer = app(json.loads(event), taken.context)
        assert answer["statusCode"] < 300, answer

    event = json.dumps(taken.event)
    costs: dict[str, list[float]] = {"product": [], "outside": [], "bare": []}
    with _replayed(client.dynamodb(), taken), _inside_botocore() as inside:
        for turn in range(rounds + 1):
            inside.clear()
            whole = _cpu(product)
            within = sum(inside) / REPEATS * 1000
            plain = _cpu(bare)
            if turn:  # the first round warms up
                costs["product"].append(whole)
                costs["outside"].append(whole - within)
                costs["bare"].append(plain)
    return Cost(name, len(taken.calls), **{key: min(values) for key, values in costs.items()})


def _cpu(work: Callable[[], None]) -> float:
    began = time.process_time()
    for _ in range(REPEATS):
        work()
    return (time.process_time() - began) / REPEATS * 1000


def _record(scene: Scene, method: str, path: str, body: bytes, headers: dict[str, str]) -> Recording:
    from chalicelib.kernel.dynamo import client

    taken = Recording()
    events = client.dynamodb().meta.events

    def called(params: dict[str, Any], model: Any, **_: Any) -> None:
        taken.calls.append((model.name, params))

    def answered(http_response: Any, **_: Any) -> None:
        taken.replies.append((http_response.status_code, dict(http_response.headers), http_response.content))

    events.register("provide-client-params.dynamodb.*", called, unique_id="bench_called")
    events.register("after-call.dynamodb.*", answered, unique_id="bench_answered")
    gateway = _Tap(scene.world.gateway._app)
    try:
        sent = {"Authorization": f"Bearer {scene.acme.token}", **headers}
        status, _, answer = gateway.handle(method, path, sent, body)
        assert status < 300, answer
    finally:
        events.unregister("provide-client-params.dynamodb.*", unique_id="bench_called")
        events.unregister("after-call.dynamodb.*", unique_id="bench_answered")
    taken.event, taken.context = gateway.event, gateway._gateway()._generate_lambda_context()
    return taken


class _Raw:
    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self) -> Iterator[bytes]:
        yield self._content


@contextmanager
def _replayed(client: Any, taken: Recording) -> Iterator[None]:
    """The client's sends are answered from the recording, in its order, again and again."""
    turn = 0

    def answer(request: Any, **_: Any) -> AWSResponse:
        nonlocal turn
        status, headers, content = taken.replies[turn % len(taken.replies)]
        turn += 1
        found = HTTPHeaders()
        for name, value in headers.items():
            found[name] = value
        return AWSResponse(request.url, status, found, _Raw(content))

    client.meta.events.register("before-send.dynamodb.*", answer, unique_id="bench_replay")
    try:
        yield
    finally:
        client.meta.events.unregister("before-send.dynamodb.*", unique_id="bench_replay")


@contextmanager
def _inside_botocore() -> Iterator[list[float]]:
    """Collects the CPU seconds that each client call takes."""
    spent: list[float] = []
    original = BaseClient._make_api_call

    def timed(self: Any, operation: str, parameters: Any) -> Any:
        began = time.process_time()
        try:
            return original(self, operation, parameters)
        finally:
            spent.append(time.process_time() - began)

    BaseClient._make_api_call = timed
    try:
        yield spent
    finally:
        BaseClient._make_api_call = original


def _bare(taken: Recording) -> Callable[[], None]:
    """The least that a handler on boto3 does: the same calls, items as Python values, an answer as JSON."""
    client = boto3.client("dynamodb")
    _replayed(client, taken).__enter__()
    sends = {"GetItem": client.get_item, "BatchGetItem": client.batch_get_item, "Query": client.query}
    sends |= {"TransactWriteItems": client.transact_write_items, "UpdateItem": client.update_item}
    values = TypeDeserializer()
    event = json.dumps(taken.event)

    def items(reply: dict[str, Any]) -> list[dict[str, Any]]:
        batches = reply.get("Responses", {}).values()
        found = [item for batch in batches for item in batch] + reply.get("Items", [])
        return [*found, reply["Item"]] if "Item" in reply else found

    def handler(event: dict[str, Any], _: Any) -> dict[str, Any]:
        json.loads(event["body"] or "{}")
        shown = []
        for operation, parameters in taken.calls:
            reply = sends[operation](**parameters)
            shown += [{name: values.deserialize(value) for name, value in item.items()} for item in items(reply)]
        body = json.dumps({"data": shown}, default=repr)
        return {"statusCode": 200, "headers": {"Content-Type": "application/json"}, "body": body}

    return lambda: handler(json.loads(event), taken.context) and None
