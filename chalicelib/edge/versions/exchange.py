"""Requests and answers in the version of the caller. The views know only the newest form."""

import json
from dataclasses import replace
from typing import Any

import msgspec
from chalice.app import Response

from chalicelib.edge import etags, queries
from chalicelib.edge.declaration import Endpoint
from chalicelib.edge.incoming import Incoming
from chalicelib.edge.strict_json import parse
from chalicelib.edge.versions import forms, history
from chalicelib.edge.versions.errors import UnknownVersion
from chalicelib.kernel.errors import DomainError
from chalicelib.kernel.idempotency import Answer

HEADER = "Novex-Version"


def presume(received: Incoming) -> None:
    """Sets the version of a refusal that comes before the caller's tenant is known: the named or the newest one."""
    named = _named(received)
    received.answered[HEADER] = named if named in history.supported(received.now) else history.newest()


def choose(received: Incoming, default: str) -> None:
    """Sets the version of the request: the one that its header names, or the default. UnknownVersion."""
    named = _named(received)
    available = history.supported(received.now)
    if named is not None and named not in available:
        raise UnknownVersion(available)
    received.answered[HEADER] = named or default


def version_of(received: Incoming) -> str:
    """The version that was set for the request; the newest on a public route."""
    return received.answered.get(HEADER, history.newest())


def in_newest_form(endpoint: Endpoint, received: Incoming) -> Incoming:
    """The request with its body, and the names in its parameter `fields`, in the newest form. BadRequest when the body
    is not strict JSON."""
    version = version_of(received)
    if "fields" in received.query and forms.is_touched(endpoint.returns, version, history.newest()):
        renamed = [",".join(_newest_names(endpoint, value, version)) for value in received.query["fields"]]
        received = replace(received, query={**received.query, "fields": renamed})
    has_json = received.is_json and received.body
    if not has_json or not forms.is_touched(endpoint.body, version, history.newest()):
        return received
    body = forms.newest(endpoint.body, parse(received.body), version)
    # Python's encoder keeps infinite numbers, which strict decoding then refuses; msgspec would make them null.
    return replace(received, body=json.dumps(body).encode())


def in_version(endpoint: Endpoint, received: Incoming, answer: Answer[Any]) -> Answer[Any]:
    """The answer in the version of the request. A stored answer in a form that is older still stays as it is, and its
    own version is told."""
    version, kind = version_of(received), endpoint.returns
    made_in = answer.headers.get(HEADER, history.newest())
    headers = {name: value for name, value in answer.headers.items() if name != HEADER}
    body = answer.body
    if made_in < version and forms.is_touched(kind, made_in, version):
        received.answered[HEADER] = made_in
    elif made_in > version and forms.is_touched(kind, version, made_in):
        body = msgspec.json.encode(forms.older(kind, msgspec.json.decode(body), version, made_in))
        if "ETag" in headers:
            headers["ETag"] = etags.of_form(headers["ETag"], body)
    return Answer(answer.status, headers, body)


def problem_in_version(endpoint: Endpoint, received: Incoming, error: DomainError, response: Response) -> Response:
    """The problem document in the version of the request: the pointers into its body, and the error's own members."""
    version, newest = version_of(received), history.newest()
    touched = [name for name, kind in error.extra.items() if forms.is_touched(kind, version, newest)]
    if not touched and not (error.errors and forms.is_touched(endpoint.body, version, newest)):
        return response
    document = msgspec.json.decode(response.body)
    document |= {name: forms.older(error.extra[name], document[name], version, newest) for name in touched}
    for each in document.get("errors", ()):
        if not each["pointer"].startswith(("/query/", "/headers/")):
            each["pointer"] = forms.older_pointer(endpoint.body, each["pointer"], version)
    return Response(msgspec.json.encode(document).decode(), response.headers, response.status_code)


def _newest_names(endpoint: Endpoint, names: str, version: str) -> list[str]:
    """The newest names of fields of the documents that the endpoint returns."""
    kind = queries.document_type(endpoint.returns)
    return [forms.newest_name(kind, name, version) for name in names.split(",")]


def _named(received: Incoming) -> str | None:
    return received.headers.get(HEADER.lower())
