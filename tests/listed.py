"""Holds every response that a test gets against the specification: clients of the API must be able to expect it."""

import functools
import gzip
import json
import logging
import urllib.parse
from collections.abc import Mapping
from typing import Any

import jsonschema

from infra.local.gateway import Answer, Gateway
from tests.contract import operations

LOG = logging.getLogger("tests.listed")


class ListedGateway(Gateway):
    """A gateway whose responses are checked. AssertionError for one that its operation does not list."""

    def handle(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes = b"", source_ip: str = "127.0.0.1"
    ) -> Answer:
        answer = super().handle(method, path, headers, body, source_ip)
        try:
            check(method, path, answer)
        except (AssertionError, jsonschema.ValidationError):
            # Behind the HTTP server this ends a thread, whose test only sees that there is no response.
            LOG.exception("a response is not listed")
            raise
        return answer


def check(method: str, path: str, answer: Answer) -> None:
    """AssertionError for a status that the operation does not list, and for a problem that does not fit one of the
    schemas that it lists for the status. Requests that are for no operation are not checked."""
    from chalicelib.edge import index, router
    from chalicelib.edge.versions import history
    from chalicelib.kernel.errors import MethodNotAllowed, NotFound

    status, headers, content = answer
    raw = urllib.parse.unquote(path.partition("?")[0])
    try:
        route = index.router().find(method.upper(), router.canonical(raw)).route
    except (NotFound, MethodNotAllowed):
        return
    template, version = route.path, headers.get("Novex-Version", history.newest())
    schemas = _problems(route.method.lower(), template, version)
    assert status in schemas, f"{method} {template} does not list {status}: {content[:500]!r}"
    if status >= 400:
        problem = json.loads(gzip.decompress(content) if "Content-Encoding" in headers else content)
        code = problem["code"]
        assert code in schemas[status], f"{method} {template} does not list {status} {code}"
        _validator(schemas[status][code], version).validate(problem)


@functools.cache
def document(version: str) -> dict[str, Any]:
    """The specification of a version; the application is imported when its environment is set."""
    from chalicelib.edge import index

    found: dict[str, Any] = json.loads(index.made_document(version))
    return found


@functools.cache
def _problems(method: str, template: str, version: str) -> dict[int, dict[str, str]]:
    """The listed statuses of an operation; for each, the names of the schemas of its problems by code."""
    found: dict[int, dict[str, str]] = {}
    for status, response in operations.spec(document(version), template, method)["responses"].items():
        content = response.get("content", {}).get("application/problem+json")
        options = [] if content is None else content["schema"].get("oneOf", [content["schema"]])
        names = [option["$ref"].rpartition("/")[2] for option in options]
        found[int(status)] = {_shared(version)[name]["properties"]["code"]["const"]: name for name in names}
    return found


@functools.cache
def _validator(name: str, version: str) -> jsonschema.Draft202012Validator:
    shared = _shared(version)
    return jsonschema.Draft202012Validator({**shared[name], "components": {"schemas": shared}})


def _shared(version: str) -> dict[str, Any]:
    shared: dict[str, Any] = document(version)["components"]["schemas"]
    return shared
