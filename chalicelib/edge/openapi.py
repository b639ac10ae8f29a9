"""OpenAPI 3.1, made from the endpoints' declarations: a route that is not in it cannot exist."""

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from chalicelib.access import rate_limit
from chalicelib.access.access_state import TenantSuspended, UserDisabled
from chalicelib.access.step_up import StepUpRequired
from chalicelib.edge.components import Components
from chalicelib.edge.endpoint import Endpoint
from chalicelib.edge.problems import CONTENT_TYPE
from chalicelib.kernel import errors

_ALWAYS: tuple[type[errors.DomainError], ...] = (errors.BadRequest, errors.PayloadTooLarge)
_TITLES = {429: "Too many requests", 500: "Something went wrong on our side", 504: "The gateway's time ran out"}


def document(endpoints: Sequence[Endpoint]) -> dict[str, Any]:
    """The whole specification."""
    types = [kind for endpoint in endpoints for kind in (endpoint.body, endpoint.returns) if _is_json(kind)]
    queries = [endpoint.query for endpoint in endpoints if endpoint.query is not None]
    components = Components([*types, *queries], [kind for endpoint in endpoints for kind in refusals(endpoint)])
    paths: dict[str, Any] = {}
    for endpoint in endpoints:
        paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = _operation(endpoint, components)
    components.drop(queries)
    return {
        "openapi": "3.1.0",
        "info": {"title": "NovexERP", "version": "1.0.0", "summary": "A serverless, multi-tenant ERP backend."},
        "servers": [{"url": "/"}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": components.shared,
            "headers": _headers(),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
    }


def _is_json(kind: Any) -> bool:
    return kind is not None and kind is not str


def _operation(endpoint: Endpoint, components: Components) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": endpoint.name,
        "summary": endpoint.summary,
        "tags": [endpoint.tag],
        "parameters": _parameters(endpoint, components),
        "responses": _responses(endpoint, components),
    }
    if endpoint.description:
        operation["description"] = endpoint.description
    if endpoint.body is not None:
        # Nothing at all counts as an empty object, which will do where no field is required.
        required = bool(components.behind(endpoint.body).get("required"))
        operation["requestBody"] = {"required": required, "content": _json(components.of(endpoint.body))}
    if endpoint.is_public:
        operation["security"] = []
    else:
        operation["x-permission"] = endpoint.permission
        operation["x-scope"] = str(endpoint.scope)
    return operation


def _json(schema: Any, media_type: str = "application/json") -> dict[str, Any]:
    return {media_type: {"schema": schema}}


def _parameters(endpoint: Endpoint, components: Components) -> list[dict[str, Any]]:
    found = [_parameter("path", name, {"type": "string"}, True) for name in re.findall(r"{(\w+)}", endpoint.path)]
    if endpoint.query is not None:
        query = components.behind(endpoint.query)
        required = set(query.get("required", ()))
        found += [
            _parameter("query", name, _parameter_schema(schema), name in required)
            for name, schema in query["properties"].items()
        ]
    if endpoint.command:
        key = {"type": "string", "minLength": 1, "maxLength": 255, "pattern": r"^[\x21-\x7e]+$"}
        found.append(_parameter("header", "Idempotency-Key", key, True))
    if endpoint.change:
        found.append(_parameter("header", "If-Match", {"type": "string", "pattern": r'^"[0-9]{1,12}"$'}, True))
    return found


def _parameter(place: str, name: str, schema: dict[str, Any], required: bool) -> dict[str, Any]:
    return {"in": place, "name": name, "required": required, "schema": schema}


def _parameter_schema(schema: dict[str, Any]) -> dict[str, Any]:
    """A query parameter is there or not there; null cannot be sent."""
    options = [option for option in schema.get("anyOf", ()) if option.get("type") != "null"]
    if len(options) == 1:
        schema = {**{k: v for k, v in schema.items() if k not in ("anyOf", "default")}, **options[0]}
    return schema


_STATUS_HEADERS = {401: "WWW-Authenticate", 429: "Retry-After", 503: "Retry-After"}


def _responses(endpoint: Endpoint, components: Components) -> dict[str, Any]:
    responses: dict[str, Any] = {}
    common = _common_headers(endpoint)
    success = _success(endpoint, components)
    responses[str(endpoint.status if endpoint.returns is not None else 204)] = success
    if endpoint.asynchronous:
        responses["202"] = {**success, "description": "Accepted: a job goes on with it; see Location."}
    kinds = refusals(endpoint)
    titles = {**{kind.status: kind.title for kind in reversed(kinds)}, **_TITLES}
    for status, title in sorted(titles.items()):
        more = _STATUS_HEADERS.get(status)
        headers = {**common, **({more: _header(more)} if more else {})}
        told = [kind for kind in kinds if kind.status == status]
        response = {"description": title, "headers": headers, "content": _json(components.problem(told), CONTENT_TYPE)}
        if told:
            response["x-codes"] = sorted({kind.code for kind in told})
        responses[str(status)] = response
    return responses


def _success(endpoint: Endpoint, components: Components) -> dict[str, Any]:
    headers = _common_headers(endpoint)
    if endpoint.location or endpoint.asynchronous:
        headers["Location"] = _header("Location")
    if "version" in getattr(endpoint.returns, "__struct_fields__", ()):
        headers["ETag"] = _header("ETag")
    response: dict[str, Any] = {"description": endpoint.summary, "headers": headers}
    if endpoint.returns is str:
        response["content"] = _json({"type": "string"}, "text/html")
    elif endpoint.returns is not None:
        response["content"] = _json(components.of(endpoint.returns))
    return response


def refusals(endpoint: Endpoint) -> list[type[errors.DomainError]]:
    """Every kind of refusal that the declaration implies or names, the general ones first."""
    kinds = [*_ALWAYS]
    if not endpoint.is_public:
        kinds += [errors.Unauthorized, errors.Forbidden, UserDisabled, TenantSuspended]
        kinds += [errors.Contention, rate_limit.RateLimited]
    if endpoint.dangerous:
        kinds.append(StepUpRequired)
    if "{" in endpoint.path:
        kinds.append(errors.NotFound)
    if endpoint.body is not None:
        kinds += [errors.UnsupportedMediaType, errors.Invalid]
    if endpoint.command or endpoint.change:
        kinds += [errors.Invalid, errors.Conflict, errors.Contention]
    if endpoint.change:
        kinds += [errors.PreconditionFailed, errors.PreconditionRequired]
    return list(dict.fromkeys([*kinds, *endpoint.errors]))


def _common_headers(endpoint: Endpoint) -> dict[str, Any]:
    names = ["X-Request-Id", "traceparent"] + ([] if endpoint.is_public else ["RateLimit-Policy", "RateLimit"])
    return {name: _header(name) for name in names}


def _header(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/headers/{name}"}


@cache
def _headers() -> dict[str, Any]:
    texts = {
        "X-Request-Id": "The id of this request, in logs and in the journal.",
        "traceparent": "W3C trace context.",
        "ETag": "The document's version; send it back in If-Match.",
        "Location": "Where the new thing, or the job, is.",
        "RateLimit-Policy": "The limits of the tenant and of the caller: q requests in a window of w seconds.",
        "RateLimit": "The limit that is closest to its end: r requests are left, for t seconds.",
        "Retry-After": "Seconds to wait.",
        "WWW-Authenticate": "Bearer: which kind of credentials is asked for.",
    }
    return {name: {"description": text, "schema": {"type": "string"}} for name, text in texts.items()}
