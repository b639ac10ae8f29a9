"""Examples for people: documents, and curl lines that fit a shell."""

import json
import shlex
from typing import Any

from chalicelib.edge.system.fields import MAX_DEPTH, resolve
from chalicelib.kernel.urls import quoted

_TEXTS = {"date-time": "2026-11-23T09:30:00.000Z", "date": "2026-11-23"}
_PLAIN: dict[Any, Any] = {"integer": 1, "number": 1, "boolean": True, "null": None}


def example(media: dict[str, Any], document: dict[str, Any]) -> str:
    """The example of a media type, indented; one is made from the schema when there is none."""
    shown = media["example"] if "example" in media else _value(media["schema"], document, 0)
    return json.dumps(shown, indent=2, ensure_ascii=False)


def curl(method: str, path: str, operation: dict[str, Any], document: dict[str, Any]) -> str:
    """The call as a command; `$API` is the address of the API, `$TOKEN` an access token."""
    words = ["curl"] if method == "GET" else ["curl", "-X", method]
    lines = [" ".join([*words, f'"$API{_filled(path, operation)}"'])]
    if operation.get("security") != []:
        lines.append('-H "Authorization: Bearer $TOKEN"')
    names = {entry["name"] for entry in operation["parameters"] if entry["in"] == "header"}
    if "Idempotency-Key" in names:
        lines.append('-H "Idempotency-Key: $(uuidgen)"')
    if "If-Match" in names:
        lines.append("-H 'If-Match: \"1\"'")
    for kind, media in operation.get("requestBody", {}).get("content", {}).items():
        lines.append(f"-H 'Content-Type: {kind}'")
        lines.append(f"-d {shlex.quote(example(media, document))}")
    return " \\\n  ".join(lines)


def _filled(path: str, operation: dict[str, Any]) -> str:
    """The path with shell variables for its ids, and the query that the operation does not answer without."""
    given = [
        f"{entry['name']}={quoted(str(entry.get('example', '')))}"
        for entry in operation["parameters"]
        if entry["in"] == "query" and (entry["required"] or "example" in entry)
    ]
    return path.replace("{", "$").replace("}", "") + ("?" + "&".join(given) if given else "")


def _value(schema: dict[str, Any], document: dict[str, Any], depth: int) -> Any:
    schema = resolve(schema, document)
    listed = schema.get("examples") or schema.get("enum")
    if listed:
        return listed[0]
    if "anyOf" in schema:
        return _value(schema["anyOf"][0], document, depth)
    if schema.get("type") == "object":
        return _members(schema, document, depth)
    if schema.get("type") == "array":
        inner = schema.get("items")
        if isinstance(inner, dict) and depth < MAX_DEPTH:
            return [_value(inner, document, depth + 1)]
        return []
    return _scalar(schema)


def _scalar(schema: dict[str, Any]) -> Any:
    if "const" in schema:
        return schema["const"]
    if schema.get("type") == "string":
        return _TEXTS.get(schema.get("format", ""), "…" * max(schema.get("minLength", 1), 1))
    return max(schema["minimum"], 1) if "minimum" in schema else _PLAIN.get(schema.get("type"))


def _members(schema: dict[str, Any], document: dict[str, Any], depth: int) -> dict[str, Any]:
    if depth >= MAX_DEPTH:
        return {}
    members = schema.get("properties", {}).items()
    return {name: _value(member, document, depth + 1) for name, member in members}
