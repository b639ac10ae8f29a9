"""The API reference: the OpenAPI document as one page for people.

No script and no external asset, so the page's policy allows nothing but its own stylesheet, by hash.
"""

import base64
import hashlib
import re
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from chalicelib.edge.system.examples import curl, example
from chalicelib.edge.system.fields import Field, fields, type_of

_TITLES = {"query": "Query parameters", "path": "Path parameters", "header": "Headers"}


def content_security_policy() -> str:
    """For this page only: its one stylesheet, and nothing else from anywhere."""
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def page(document: dict[str, Any]) -> str:
    """The whole page."""
    tags = _by_tag(document)
    info = document["info"]
    menu = "".join(_menu(tag, operations) for tag, operations in tags.items())
    body = "".join(_section(tag, operations, document) for tag, operations in tags.items())
    title = escape(info["title"])
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title} API</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{_style()}</style></head><body>"
        f'<nav aria-label="Operations"><div class="brand">{title}</div>{menu}</nav>'
        f"<main><h1>{title} API</h1>{_introduction(info)}{body}</main></body></html>"
    )


@cache
def _style() -> str:
    return (Path(__file__).parent / "reference.css").read_text(encoding="utf-8")


def _introduction(info: dict[str, Any]) -> str:
    return (
        f"<p>{escape(info['summary'])} Version {escape(info['version'])}; the same as "
        '<a href="openapi.json">OpenAPI 3.1</a>.</p>'
        "<p>Send <code>Authorization: Bearer</code> with an access token. A POST that creates or moves something needs "
        "an <code>Idempotency-Key</code>; a change of a document needs <code>If-Match</code> with the "
        "<code>ETag</code> you were given. Amounts and quantities are decimal strings, times are UTC. Every refusal is "
        "<code>application/problem+json</code> with a stable <code>code</code>.</p>"
    )


def _by_tag(document: dict[str, Any]) -> dict[str, list[tuple[str, str, dict[str, Any]]]]:
    tags: dict[str, list[tuple[str, str, dict[str, Any]]]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            tags.setdefault(operation["tags"][0], []).append((method.upper(), path, operation))
    return dict(sorted(tags.items(), key=lambda entry: (entry[0] == "System", entry[0])))


def _menu(tag: str, operations: list[tuple[str, str, dict[str, Any]]]) -> str:
    entries = "".join(
        f'<li><a href="#{escape(operation["operationId"])}">{escape(operation["summary"])}</a></li>'
        for _, _, operation in operations
    )
    return f"<h2>{escape(tag)}</h2><ul>{entries}</ul>"


def _section(tag: str, operations: list[tuple[str, str, dict[str, Any]]], document: dict[str, Any]) -> str:
    cards = "".join(_card(method, path, operation, document) for method, path, operation in operations)
    return f'<section><h2 class="tag">{escape(tag)}</h2>{cards}</section>'


def _card(method: str, path: str, operation: dict[str, Any], document: dict[str, Any]) -> str:
    description = operation.get("description")
    parts = [
        f'<article id="{escape(operation["operationId"])}"><h3>{escape(operation["summary"])}</h3>',
        f'<p class="line"><code><span class="method {method}">{method}</span> {escape(path)}</code></p>',
        f"<p>{_prose(description)}</p>" if description else "",
        _permission(operation),
        *(_parameters(place, operation) for place in _TITLES),
        _request(operation, document),
        _success(operation, document),
        _refusals(operation),
        f"<h4>Example</h4><pre>{escape(curl(method, path, operation, document))}</pre></article>",
    ]
    return "".join(parts)


_LIMITS = {
    "unrestricted_only": "; not for users limited to warehouses",
    "filtered": "; filtered to the warehouses that a user is limited to",
    "any": "",
}


def _permission(operation: dict[str, Any]) -> str:
    if "x-permission" in operation:
        limits = _LIMITS[operation["x-scope"]]
        return f'<p class="note">Needs <span class="chip">{escape(operation["x-permission"])}</span>{limits}</p>'
    return '<p class="note">Public: no token needed.</p>'


def _parameters(place: str, operation: dict[str, Any]) -> str:
    found = [
        Field(entry["name"], type_of(entry["schema"]), entry["required"], entry.get("description", ""))
        for entry in operation["parameters"]
        if entry["in"] == place
    ]
    return f"<h4>{_TITLES[place]}</h4>{_table(found)}" if found else ""


def _request(operation: dict[str, Any], document: dict[str, Any]) -> str:
    if "requestBody" not in operation:
        return ""
    return "".join(
        f"<h4>Body</h4>{_content(kind, media, document)}" for kind, media in operation["requestBody"]["content"].items()
    )


def _success(operation: dict[str, Any], document: dict[str, Any]) -> str:
    shown = []
    for status, response in operation["responses"].items():
        if status.startswith("2"):
            content = "".join(_content(kind, media, document) for kind, media in response.get("content", {}).items())
            shown.append(f"<h4>Answer {escape(status)}</h4>{content or '<p>Without a body.</p>'}")
    return "".join(shown)


def _content(kind: str, media: dict[str, Any], document: dict[str, Any]) -> str:
    if kind != "application/json":
        return f"<p><code>{escape(kind)}</code></p>"
    schema = media["schema"]
    sample = example(media, document)
    return (
        f"{_table(fields(schema, document))}<details><summary>Example document</summary>"
        f"<pre>{escape(sample)}</pre></details>"
    )


def _refusals(operation: dict[str, Any]) -> str:
    rows = "".join(
        f"<tr><td><code>{escape(status)}</code></td><td>{escape(response['description'])}{_codes(response)}</td></tr>"
        for status, response in operation["responses"].items()
        if not status.startswith("2")
    )
    return f"<details><summary>Refusals</summary><table>{rows}</table></details>"


def _codes(response: dict[str, Any]) -> str:
    return "".join(f" <code>{escape(code)}</code>" for code in response.get("x-codes", ()))


def _prose(text: str) -> str:
    """Words between backticks are code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))


def _table(found: list[Field]) -> str:
    rows = "".join(
        f"<tr><td><code>{escape(entry.name)}</code>"
        f"{' <span class=required>required</span>' if entry.required else ''}</td>"
        f"<td>{escape(entry.type)}</td><td>{_prose(entry.description)}</td></tr>"
        for entry in found
    )
    head = "<tr><th>Name</th><th>Type</th><th>Meaning</th></tr>"
    return f'<div class="scroll"><table>{head}{rows}</table></div>' if rows else ""
