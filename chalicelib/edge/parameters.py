"""The parameters of an operation in the specification: path, query and headers."""

import re
from typing import Any

from chalicelib.edge import shown
from chalicelib.edge.components import Components, Schema
from chalicelib.edge.endpoint import Endpoint
from chalicelib.kernel.samples import Body

_KEY = {"type": "string", "minLength": 1, "maxLength": 255, "pattern": r"^[\x21-\x7e]+$"}
_IF_MATCH = {"type": "string", "pattern": r'^"[0-9]{1,12}"$'}
_DRY_RUN = {
    "type": "boolean",
    "default": False,
    "description": "Answer what would happen, by the same code, and write nothing.",
}


def of(endpoint: Endpoint, components: Components, sample: Body) -> list[dict[str, Any]]:
    """All of them; `sample` has values for those of the query that need one."""
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
        schema = _given(member)
        parameter = _parameter("query", name, schema, name in required)
        if name in sample:
            parameter["example"] = shown.value(sample[name], schema)
        found.append(parameter)
    return found


def _parameter(place: str, name: str, schema: Schema, required: bool) -> dict[str, Any]:
    parameter = {"in": place, "name": name, "required": required, "schema": schema}
    if "description" in schema:
        parameter["description"] = schema["description"]
        parameter["schema"] = {word: value for word, value in schema.items() if word != "description"}
    return parameter


def _given(schema: Schema) -> Schema:
    """A query parameter is there or not there; null cannot be sent."""
    options = [option for option in schema.get("anyOf", ()) if option.get("type") != "null"]
    if len(options) == 1:
        schema = {**{k: v for k, v in schema.items() if k != "anyOf"}, **options[0]}
    return schema
