"""The parameters of an operation in the OpenAPI document: path, query and headers."""

import re
from typing import Any

from chalicelib.edge import examples
from chalicelib.edge.components import Components, Schema
from chalicelib.edge.endpoint import Endpoint
from chalicelib.kernel.samples import Body

_KEY = {"type": "string", "minLength": 1, "maxLength": 255, "pattern": r"^[\x21-\x7e]+$"}
_IF_MATCH = {"type": "string", "pattern": r'^"[0-9]{1,12}"$'}
_DRY_RUN = {
    "type": "boolean",
    "default": False,
    "description": "If true, the request is checked and the result is returned as usual, but nothing is written.",
}


def of(endpoint: Endpoint, components: Components, sample: Body) -> list[dict[str, Any]]:
    """All parameters of the endpoint; `sample` has example values of query parameters."""
    found = [_parameter("path", name, {"type": "string"}, True) for name in re.findall(r"{(\w+)}", endpoint.path)]
    found += _query(endpoint, components, sample)
    if endpoint.may_be_dry_run:
        found.append(_parameter("query", "dry_run", _DRY_RUN, False))
    if endpoint.command:
        found.append(_parameter("header", "Idempotency-Key", _KEY, True))
    if endpoint.change:
        found.append(_parameter("header", "If-Match", _IF_MATCH, True))
    return found


def _query(endpoint: Endpoint, components: Components, sample: Body) -> list[dict[str, Any]]:
    if endpoint.query is None:
        return []
    query = components.behind(endpoint.query)
    required = set(query.get("required", ()))
    found = []
    for name, member in query["properties"].items():
        schema = _without_null(member)
        parameter = _parameter("query", name, schema, name in required)
        if name in sample:
            parameter["example"] = examples.value(sample[name], schema)
        found.append(parameter)
    return found


def _parameter(place: str, name: str, schema: Schema, required: bool) -> dict[str, Any]:
    parameter = {"in": place, "name": name, "required": required, "schema": schema}
    if "description" in schema:
        parameter["description"] = schema["description"]
        parameter["schema"] = {word: value for word, value in schema.items() if word != "description"}
    return parameter


def _without_null(schema: Schema) -> Schema:
    """The schema without null, which cannot be sent in a query string."""
    options = [option for option in schema.get("anyOf", ()) if option.get("type") != "null"]
    if len(options) == 1:
        schema = {**{k: v for k, v in schema.items() if k != "anyOf"}, **options[0]}
    return schema
