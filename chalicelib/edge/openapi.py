"""The OpenAPI 3.1 document, made from the declarations of all endpoints."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from chalicelib.access.errors import RateLimited, StepUpRequired, TenantSuspended, UserDisabled
from chalicelib.edge import examples, parameters
from chalicelib.edge.components import Components
from chalicelib.edge.endpoint import Endpoint
from chalicelib.edge.problems import CONTENT_TYPE
from chalicelib.kernel import errors
from chalicelib.kernel.samples import Body, Samples, collected

_ALWAYS: tuple[type[errors.DomainError], ...] = (errors.BadRequest, errors.PayloadTooLarge)
_TITLES = {429: "Too many requests", 500: "Something went wrong on our side", 504: "The gateway's time ran out"}


def document(endpoints: Sequence[Endpoint]) -> dict[str, Any]:
    """The OpenAPI document of the endpoints."""
    bodies = [endpoint.body for endpoint in endpoints if endpoint.body is not None]
    queries = [endpoint.query for endpoint in endpoints if endpoint.query is not None]
    sent = [endpoint.returns for endpoint in endpoints if endpoint.returns not in (None, str)]
    components = Components([*bodies, *queries], sent, [kind for each in endpoints for kind in refusals(each)])
    samples = collected()
    paths: dict[str, Any] = {}
    for endpoint in endpoints:
        paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = _operation(endpoint, components, samples)
    components.drop(queries)
    return {
        "openapi": "3.1.0",
        "info": {"title": "NovexERP", "version": "1.0.0", "summary": "A serverless, multi-tenant ERP backend."},
        "servers": [{"url": "."}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": components.shared,
            "headers": _headers(),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
    }


def _operation(endpoint: Endpoint, components: Components, samples: Samples) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": endpoint.name,
        "summary": endpoint.summary,
        "tags": [endpoint.tag],
        "parameters": parameters.of(endpoint, components, samples.queries.get(endpoint.name, {})),
        "responses": _responses(endpoint, components),
    }
    if description := _description(endpoint):
        operation["description"] = description
    if endpoint.body is not None:
        operation["requestBody"] = _body(endpoint, components, samples.bodies.get(endpoint.name))
    if endpoint.is_public:
        operation["security"] = []
    else:
        operation |= {"x-permission": endpoint.permission, "x-scope": str(endpoint.scope)}
    if endpoint.extra_permissions:
        operation["x-extra-permissions"] = [
            {"permission": extra.permission, "when": extra.meaning} for extra in endpoint.extra_permissions
        ]
    if endpoint.hidden_without:
        operation["x-hidden-without"] = {name: list(fields) for name, fields in endpoint.hidden_without.items()}
    return operation


def _description(endpoint: Endpoint) -> str:
    """The description in the view's docstring, with sentences about extra permissions and hidden fields."""
    sentences = [endpoint.description]
    for extra in endpoint.extra_permissions:
        sentences.append(f"It needs `{extra.permission}` too {extra.meaning}.")
    for permission, fields in endpoint.hidden_without.items():
        named = ", ".join(f"`{field}`" for field in fields)
        sentences.append(f"To callers without `{permission}` these fields are null: {named}.")
    return " ".join(sentence for sentence in sentences if sentence)


def _body(endpoint: Endpoint, components: Components, sample: Body | None) -> dict[str, Any]:
    """The request body. It is optional when no field is required, because a missing body counts as an empty object."""
    schema = components.of(endpoint.body)
    content = _json(schema)
    if sample is not None:
        content["application/json"]["example"] = examples.body(sample, schema, components)
    return {"required": bool(components.behind(endpoint.body).get("required")), "content": content}


def _json(schema: Any, media_type: str = "application/json") -> dict[str, Any]:
    return {media_type: {"schema": schema}}


_STATUS_HEADERS = {401: "WWW-Authenticate", 429: "Retry-After", 503: "Retry-After"}


def _responses(endpoint: Endpoint, components: Components) -> dict[str, Any]:
    common = _common_headers(endpoint)
    responses = _successes(endpoint, components)
    kinds = refusals(endpoint)
    titles = {**{kind.status: kind.title for kind in reversed(kinds)}, **_TITLES}
    for status, title in sorted(titles.items()):
        extra_name = _STATUS_HEADERS.get(status)
        headers = {**common, **({extra_name: _header(extra_name)} if extra_name else {})}
        status_errors = [kind for kind in kinds if kind.status == status]
        response = {
            "description": title,
            "headers": headers,
            "content": _json(components.problem(status_errors), CONTENT_TYPE),
        }
        if status_errors:
            response["x-codes"] = sorted({kind.code for kind in status_errors})
        responses[str(status)] = response
    return responses


def _successes(endpoint: Endpoint, components: Components) -> dict[str, Any]:
    """The responses of success: also of a dry run, and of a command that a job continues."""
    success = _success(endpoint, components)
    responses = {str(endpoint.status if endpoint.returns is not None else 204): success}
    if endpoint.may_be_dry_run and endpoint.returns is not None:
        dry = {
            **success,
            "description": "The result of a dry run: nothing was written.",
            "headers": _common_headers(endpoint),
        }
        response = responses.get("200", dry)
        responses["200"] = {**response, "headers": {**response["headers"], "Dry-Run": _header("Dry-Run")}}
    if endpoint.asynchronous:
        responses["202"] = {**success, "description": "Accepted: a job continues the work; its path is in Location."}
    return dict(sorted(responses.items()))


def _success(endpoint: Endpoint, components: Components) -> dict[str, Any]:
    headers = _common_headers(endpoint)
    if endpoint.location or endpoint.asynchronous:
        headers["Location"] = _header("Location")
    if "version" in getattr(endpoint.returns, "__struct_fields__", ()):
        headers["ETag"] = _header("ETag")
    response: dict[str, Any] = {"description": endpoint.summary, "headers": headers}
    if endpoint.returns is str:
        response["content"] = _json({"type": "string"}, endpoint.media_type)
    elif endpoint.returns is not None:
        response["content"] = _json(components.of(endpoint.returns))
    return response


def refusals(endpoint: Endpoint) -> list[type[errors.DomainError]]:
    """All errors that the declaration implies or lists, the general ones first."""
    kinds = [*_ALWAYS]
    if not endpoint.is_public:
        kinds += [errors.Unauthorized, errors.Forbidden, UserDisabled, TenantSuspended]
        kinds += [errors.Contention, RateLimited]
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
        "ETag": "The document's version; send it in If-Match.",
        "Dry-Run": "`true` in the response to a dry run: nothing was written.",
        "Location": "The path of the created document, or of the job.",
        "RateLimit-Policy": "The limits of the tenant and of the caller: q requests in a window of w seconds.",
        "RateLimit": "The limit with the fewest remaining requests: r requests are left for t seconds.",
        "Retry-After": "Seconds to wait before the request is repeated.",
        "WWW-Authenticate": "The required credentials and the error (RFC 6750).",
    }
    return {name: {"description": text, "schema": {"type": "string"}} for name, text in texts.items()}
