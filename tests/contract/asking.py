"""How the tests of the conventions ask, and what they look at in every answer."""

import json
import urllib.parse
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from tests.contract.marks import Marks
from tests.contract.operations import Operation
from tests.contract.sample_tenant import SampleTenant
from tests.world import Client, Reply


def is_problem(reply: Reply, status: int, code: str) -> dict[str, Any]:
    """The problem document, whole and under its own media type."""
    problem: dict[str, Any] = reply.refused(status, code)
    assert reply.header("content-type") == "application/problem+json"
    assert {"type", "title", "status", "code", "request_id"} <= problem.keys()
    assert problem["status"] == status
    assert problem["type"].endswith(f"/problems/{code}")
    assert problem["request_id"] == reply.header("x-request-id") != ""
    return problem


def post(acme: Client, body: bytes, path: str = "/v1/items", **headers: str) -> Reply:
    """A raw body."""
    return acme.call("POST", path, body, {"Idempotency-Key": uuid.uuid4().hex, **headers})


def required_query(operation: Operation, ours: SampleTenant) -> str:
    """The path with a value for every parameter that it does not answer without."""
    query = urllib.parse.urlencode(ours.query(operation.name))
    return operation.path(ours.ids) + (f"?{query}" if query else "")


def payload(token: str) -> dict[str, Any]:
    import base64

    part = token.split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return claims


def body_for(operation: Operation, ours: SampleTenant) -> Any:
    """A good body of ours."""
    return ours.body(operation.name, Marks()) if operation.body_schema is not None else None


def naming_body_for(operation: Operation, ours: SampleTenant, place: Sequence[str]) -> Any:
    """A body of ours that names something at the place. Only a kit has components, and the sample of an item is none;
    the sample of a shipment has no packages yet. These bodies are well formed and wrong."""
    body = body_for(operation, ours)
    if "packages" in place:
        body.setdefault("packages", [{"number": 1, "tracking_number": "A1"}])
    if "components" in place:
        owner = body["items"][0] if place[0] == "items" else body
        named = {"sku": "PART"} if place[0] == "items" else {"item_id": ours.ids["replacement_id"]}
        owner["components"] = [{**named, "quantity": "1"}]
    return body


def current_etag(operation: Operation, client: Client, ids: Mapping[str, str]) -> str:
    """The ETag of what a change is about: a PATCH names it, a step is below it. A finding has that of its search."""
    path = operation.path(ids)
    whole = path if operation.method == "PATCH" else path.rpartition("/")[0]
    return client.get(whole.partition("/findings/")[0]).etag


def ask(operation: Operation, client: Client, path: str, body: Any = None, etag: str = '"1"') -> Reply:
    return client.call(operation.method, path, body, operation.headers(uuid.uuid4().hex, etag))


def required(operation: Operation, ours: SampleTenant, ids: dict[str, str]) -> str:
    """The same with these ids in the path."""
    query = required_query(operation, ours).partition("?")[2]
    return operation.path(ids) + (f"?{query}" if query else "")
