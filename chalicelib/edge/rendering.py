"""Rendering of results: ETag from the version, Location from the id, 202 for a document with a running job, the link to
the next page."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import UNSET

from chalicelib.access import permissions
from chalicelib.edge import etags, inclusion
from chalicelib.edge.declaration import Endpoint
from chalicelib.edge.queries import Common
from chalicelib.edge.versions import exchange, history
from chalicelib.kernel import urls
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo.attributes import encode_hook
from chalicelib.kernel.idempotency import Answer
from chalicelib.kernel.pages import Page

_encoder = msgspec.json.Encoder(enc_hook=encode_hook, decimal_format="string")
_EVERYTHING = Common()


def rendered(
    endpoint: Endpoint,
    result: Any,  # what the view returned; its endpoint knows the type only at run time
    *,
    call: Call | None = None,
    common: Common = _EVERYTHING,
    query: Mapping[str, Sequence[str]] | None = None,
) -> Answer[Any]:
    """The rendered response; 204 for a result of None. query: the parameters of the request, for the link to the next
    page."""
    # The type of a result is known to its endpoint only at run time, so its optional `version`, `id` and `job_id` are
    # looked up by name.
    if result is None:
        return Answer(204, {}, b"")
    whole = result
    if call is not None and endpoint.hidden_without:
        result = _with_hidden_fields(endpoint, result, call)
    if call is not None and common.include:
        result = msgspec.structs.replace(result, included=inclusion.included(call, result, common.include))
    body = _encoder.encode(_only(result, common.fields) if common.fields else result)
    headers = {"Content-Type": "application/json", exchange.HEADER: history.newest()}
    if call is not None and call.is_dry_run:
        return Answer(200, {**headers, "Dry-Run": "true"}, body)
    version = getattr(result, "version", None)
    if version is not None:
        is_whole = result is whole and not common.fields
        headers["ETag"] = etags.of_version(version) if is_whole else etags.of_part(version, body)
    if isinstance(result, Page) and result.next_cursor is not None:
        headers["Link"] = _next_link(query or {}, result.next_cursor)
    status = endpoint.status
    if endpoint.location:
        headers["Location"] = endpoint.location.format(id=result.id)
    job = getattr(result, "job_id", None)
    if endpoint.asynchronous and job:
        status, headers["Location"] = 202, f"/v1/jobs/{job}"
    return Answer(status, headers, body)


def conditional(answer: Answer[Any], if_none_match: str | None) -> Answer[Any]:
    """The answer to a GET, with a tag; 304 without a body when the client has it already."""
    if answer.status != 200:
        return answer
    tag = answer.headers.get("ETag") or etags.of_body(answer.body)
    headers = {**answer.headers, "ETag": tag}
    if etags.is_unchanged(if_none_match, tag):
        return Answer(304, headers, b"")
    return Answer(200, headers, answer.body)


def _with_hidden_fields(endpoint: Endpoint, result: msgspec.Struct, call: Call) -> msgspec.Struct:
    """The result with null in the fields that the caller may not see; for a page, in each entry."""
    if isinstance(result, Page):
        return Page([_with_hidden_fields(endpoint, entry, call) for entry in result.data], result.next_cursor)
    for permission, fields in endpoint.hidden_without.items():
        if not permissions.is_allowed(call.roles, permission):
            for field in fields:
                result = _without(result, field)
    return result


def _without(result: msgspec.Struct, field: str) -> msgspec.Struct:
    """The result with null in a field; `lines/cost` is a field of each entry of a list."""
    name, _, rest = field.partition("/")
    value = [_without(entry, rest) for entry in getattr(result, name)] if rest else None
    return msgspec.structs.replace(result, **{name: value})


def _only(result: msgspec.Struct, fields: Collection[str]) -> object:
    """The result with only these fields of each document."""
    if isinstance(result, Page):
        page = {"data": [_only(each, fields) for each in result.data], "next_cursor": result.next_cursor}
        return page if result.included is UNSET else {**page, "included": result.included}
    kept = (*fields, "id", "included")
    named = zip(result.__struct_fields__, result.__struct_encode_fields__, strict=True)
    return {shown: value for name, shown in named if shown in kept and (value := getattr(result, name)) is not UNSET}


def _next_link(query: Mapping[str, Sequence[str]], cursor: str) -> str:
    """The Link header (RFC 8288) to the next page, relative to the request."""
    return f'<?{urls.query_string({**query, "cursor": [cursor]})}>; rel="next"'
