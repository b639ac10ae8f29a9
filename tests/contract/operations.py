"""Every route of the application, as its declaration and as its specification say."""

import functools
import re
import urllib.parse
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.edge import openapi
from chalicelib.edge.endpoint import Endpoint

Schema = dict[str, Any]


@dataclass(frozen=True)
class Operation:
    """One route."""

    endpoint: Endpoint
    spec: dict[str, Any]
    document: dict[str, Any]

    @property
    def name(self) -> str:
        return self.endpoint.name

    @property
    def method(self) -> str:
        return self.endpoint.method

    @property
    def path_names(self) -> list[str]:
        """The parameters of the path."""
        return path_names(self.endpoint)

    @property
    def query(self) -> dict[str, dict[str, Any]]:
        """The query parameters."""
        return {each["name"]: each for each in self.spec["parameters"] if each["in"] == "query"}

    @property
    def body_schema(self) -> Schema | None:
        content = self.spec.get("requestBody", {}).get("content", {})
        return content["application/json"]["schema"] if content else None

    def path(self, ids: Mapping[str, str]) -> str:
        """The path with its parameters filled in."""
        return path(self.endpoint, ids)

    def headers(self, key: str, etag: str = '"1"') -> dict[str, str]:
        """What the declaration asks for."""
        return headers(self.endpoint, key, etag)


def operations() -> list[Operation]:
    """All of them."""
    document = openapi.document(list(endpoints().values()))
    return [Operation(each, spec(document, each.path, each.method.lower()), document) for each in endpoints().values()]


def spec(document: dict[str, Any], path: str, method: str) -> dict[str, Any]:
    """An operation of the document with its responses in place of references to them."""
    operation = document["paths"][path][method]
    responses = {status: response_of(document, found) for status, found in operation["responses"].items()}
    return {**operation, "responses": responses}


def response_of(document: dict[str, Any], response: dict[str, Any]) -> dict[str, Any]:
    """The response itself, or the shared response that it refers to."""
    shared: dict[str, Any] = document["components"]["responses"]
    return shared[response["$ref"].rpartition("/")[2]] if "$ref" in response else response


@functools.cache
def endpoints() -> dict[str, Endpoint]:
    """Every endpoint by name; the application is imported when its environment is set."""
    from app import app

    return {each.name: each for each in app.endpoints()}


def path_names(endpoint: Endpoint) -> list[str]:
    """The parameters of a path."""
    return re.findall(r"{(\w+)}", endpoint.path)


def path(endpoint: Endpoint, ids: Mapping[str, str]) -> str:
    """A path with its parameters filled in."""
    filled = endpoint.path
    for name in path_names(endpoint):
        assert name in ids, f"{{{name}}} of {endpoint.path} was not made: a samples.py must have a Thing that gives it"
        filled = filled.replace(f"{{{name}}}", urllib.parse.quote(ids[name], safe=""))
    return filled


def headers(endpoint: Endpoint, key: str, etag: str) -> dict[str, str]:
    """What a declaration asks for."""
    asked = {"Idempotency-Key": key} if endpoint.command else {}
    return asked | ({"If-Match": etag} if endpoint.change else {})


def closed(document: Any) -> Any:
    """The document with every object closed: what is not in it is not sent either, though it may be one day."""
    if isinstance(document, dict):
        made = {name: closed(member) for name, member in document.items()}
        is_object = document.get("type") == "object" and isinstance(document.get("properties"), dict)
        return {**made, "additionalProperties": False} if is_object else made
    return [closed(member) for member in document] if isinstance(document, list) else document


def resolve(schema: Schema, document: dict[str, Any]) -> Schema:
    """The schema behind a reference."""
    while "$ref" in schema:
        found = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        schema = {**found, **{key: value for key, value in schema.items() if key != "$ref"}}
    return schema


def leaves(
    schema: Schema, document: dict[str, Any], path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Schema]]:
    """Every leaf below a schema: its path (`*` for an element of an array) and its own schema."""
    schema = resolve(schema, document)
    members = schema.get("properties", {})
    if "anyOf" in schema:
        for option in schema["anyOf"]:
            yield from leaves(option, document, path)
    elif members:
        for name, member in members.items():
            yield from leaves(member, document, (*path, name))
    elif isinstance(schema.get("items"), dict):
        yield from leaves(schema["items"], document, (*path, "*"))
    elif schema.get("type") != "null":
        yield path, schema


def put(body: Any, path: tuple[str, ...], value: Any) -> Any:
    """A copy of the body with the value at the path, in the first element of arrays."""
    if not path:
        return value
    head, *rest = path
    if head == "*":
        return [put(body[0], tuple(rest), value), *body[1:]]
    return {**body, head: put(body.get(head), tuple(rest), value)}
