"""Where routes name things, and how two answers are compared that must not differ."""

import re
from typing import Any

from tests.contract.operations import Operation, leaves
from tests.world import Client, Reply


def told(reply: Reply, *unlike: str) -> tuple[int, str, dict[str, str]]:
    """What an answer says, without what differs between any two requests."""
    assert reply.header("x-request-id")
    unlike_names = ("x-request-id", "traceparent", "ratelimit", *(["etag"] if unlike else []))
    headers = {name: value for name, value in reply.headers.items() if name.lower() not in unlike_names}
    text = reply.body.decode().replace(reply.header("x-request-id"), "<request>")
    for identifier in unlike:
        text = text.replace(identifier, "<id>")
    return reply.status, text, headers


def is_id(schema: dict[str, Any]) -> bool:
    """Whether a field names a thing of ours."""
    return re.match(r"\^[a-z]{2,4}_\[", schema.get("pattern", "")) is not None


_OTHERWISE = {"into": "other_customer_id", "salesperson_id": "user_id"}
_OTHERWISE |= {"document_ids": "customer_id", "document_id": "customer_id"}
"""What a customer or vendor is merged into is another party, who sells is a user, and a privacy request is about the
documents of a person, such as a customer."""


def known_as(name: str) -> str:
    """The kind of thing that a field names: `to_location_id` is a location, and each of `warehouses` a warehouse."""
    if name in _OTHERWISE:
        return _OTHERWISE[name]
    singular = f"{name.removesuffix('s').removesuffix('_id')}_id" if name.endswith("s") else name
    return next((kind for kind in ("location_id", "warehouse_id") if singular.endswith(kind)), name)


def kind_at(path: tuple[str, ...]) -> str:
    """The kind of thing that a place of a body names."""
    return known_as(next(step for step in reversed(path) if step != "*"))


def id_leaves(operation: Operation) -> list[tuple[str, ...]]:
    """Every place of the body that names a thing."""
    schema = operation.body_schema
    if schema is None:
        return []
    found = [path for path, leaf in leaves(schema, operation.document) if is_id(leaf)]
    return sorted(set(found))


def id_queries(operation: Operation) -> list[str]:
    return [name for name, each in operation.query.items() if is_id(each["schema"])]


def pages(client: Client, path: str) -> list[Any]:
    """Every page of a list, two at a time."""
    found, cursor = [], ""
    for _ in range(400):
        page = client.get(f"{path}{'&' if '?' in path else '?'}limit=2{cursor}").ok()
        found += page["data"]
        if page["next_cursor"] is None:
            return found
        cursor = f"&cursor={page['next_cursor']}"
    return found


def with_limit(path: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}limit=1"
