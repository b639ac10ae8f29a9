"""The parameters of an operation in the OpenAPI document: path, query and headers."""

from typing import Any

import msgspec

from chalicelib.edge import etags, examples, queries
from chalicelib.edge.components import Components, Schema
from chalicelib.edge.endpoint import Endpoint
from chalicelib.edge.versions import exchange, history
from chalicelib.kernel.samples import Body

_KEY = {
    "type": "string",
    "minLength": 1,
    "maxLength": 255,
    "pattern": r"^[\x21-\x7e]+$",
    "description": "A value that you make for this command, such as a UUID. The same command with the same key is not "
    "executed again: it gets the first response, for seven days. Not needed for a dry run.",
}
_IF_MATCH = {
    "type": "string",
    "pattern": etags.PATTERN,
    "examples": ['"3"'],
    "description": "The ETag of the document as you last read it: its `version` in quotes; several with commas, or `*` "
    "for any version. When it has changed since, the request is refused with 412 and changes nothing.",
}
_IF_NONE_MATCH = {
    "type": "string",
    "examples": ['"3"'],
    "description": "The ETag of an earlier response, or several with commas. If it would be the same now, the "
    "response is 304 without a body. What is no ETag is ignored.",
}
_OF_THE_PARAMETER = frozenset({"description", "deprecated", "x-deprecated-since", "x-sunset", "x-instead"})
"""What a parameter says rather than its schema."""
_DATE = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}


def _version(endpoint: Endpoint) -> dict[str, Any]:
    """The parameter that names the version of the API. A document describes one version, and asks for it; only its own
    route takes any."""
    if endpoint.is_public:
        described = "The version that the document describes; the newest without it."
        return _parameter("header", exchange.HEADER, {**_DATE, "description": described}, False)
    described = (
        "The version that this document describes. Without it, the answer is in the one that the tenant has pinned."
    )
    schema = {"type": "string", "enum": [history.newest()], "description": described}
    return _parameter("header", exchange.HEADER, schema, False)


def of(endpoint: Endpoint, components: Components, sample: Body) -> list[dict[str, Any]]:
    """All parameters of the endpoint; `sample` has example values of query parameters."""
    found = [_parameter("path", name, msgspec.json.schema(kind), True) for name, kind in endpoint.path_types.items()]
    found += _query(endpoint, components, sample)
    if endpoint.command:
        found.append(_parameter("header", "Idempotency-Key", _KEY, True))
    if endpoint.change:
        found.append(_parameter("header", "If-Match", _IF_MATCH, True))
    if endpoint.method == "GET":
        found.append(_parameter("header", "If-None-Match", _IF_NONE_MATCH, False))
    if endpoint.versioned:
        found.append(_version(endpoint))
    return found


def _path(name: str) -> Schema:
    return {"type": "string", "description": f"The id of the {name.removesuffix('_id').replace('_', ' ')}."}


def _query(endpoint: Endpoint, components: Components, sample: Body) -> list[dict[str, Any]]:
    query = components.asked(queries.type_of(endpoint))
    required = set(query.get("required", ()))
    found = []
    for name, member in query["properties"].items():
        schema = _without_null(member)
        parameter = _parameter("query", name, schema, name in required)
        if schema.get("type") == "array":
            parameter |= {"style": "form", "explode": False}
        if name in sample:
            parameter["example"] = examples.value(sample[name], schema)
        found.append(parameter)
    return found


def _parameter(place: str, name: str, schema: Schema, required: bool) -> dict[str, Any]:
    said = {word: value for word, value in schema.items() if word in _OF_THE_PARAMETER}
    schema = {word: value for word, value in schema.items() if word not in said}
    return {"in": place, "name": name, "required": required, "schema": schema, **said}


def _without_null(schema: Schema) -> Schema:
    """The schema without null, which cannot be sent in a query string."""
    options = [option for option in schema.get("anyOf", ()) if option.get("type") != "null"]
    if len(options) == 1:
        schema = {**{k: v for k, v in schema.items() if k != "anyOf"}, **options[0]}
    return schema
