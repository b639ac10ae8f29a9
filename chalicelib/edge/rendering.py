"""Rendering of results: ETag from the version, Location from the id, 202 for a document with a running job."""

from typing import Any

import msgspec

from chalicelib.access import permissions
from chalicelib.edge.declaration import Endpoint
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo.attributes import encode_hook
from chalicelib.kernel.idempotency import Answer
from chalicelib.kernel.lists import Page

_encoder = msgspec.json.Encoder(enc_hook=encode_hook, decimal_format="string")


def rendered(endpoint: Endpoint, result: Any, *, call: Call | None = None) -> Answer[Any]:
    """The rendered response; 204 for a result of None."""
    if result is None:
        return Answer(204, {}, b"")
    if call is not None and endpoint.hidden_without:
        result = _with_hidden_fields(endpoint, result, call)
    headers = {"Content-Type": "application/json"}
    if call is not None and call.is_dry_run:
        return Answer(200, {**headers, "Dry-Run": "true"}, _encoder.encode(result))
    version = getattr(result, "version", None)
    if version is not None:
        headers["ETag"] = f'"{version}"'
    status = endpoint.status
    if endpoint.location:
        headers["Location"] = endpoint.location.format(id=result.id)
    job = getattr(result, "job_id", None)
    if endpoint.asynchronous and job:
        status, headers["Location"] = 202, f"/v1/jobs/{job}"
    return Answer(status, headers, _encoder.encode(result))


def _with_hidden_fields(endpoint: Endpoint, result: Any, call: Call) -> Any:
    """The result with null in the fields that the caller may not see; for a page, in each entry."""
    if isinstance(result, Page):
        return Page([_with_hidden_fields(endpoint, entry, call) for entry in result.data], result.next_cursor)
    for permission, fields in endpoint.hidden_without.items():
        if not permissions.is_allowed(call.roles, permission):
            result = msgspec.structs.replace(result, **dict.fromkeys(fields))
    return result
