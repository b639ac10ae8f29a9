"""The OpenAPI 3.1 document, made from the declarations of all endpoints."""

from collections.abc import Sequence
from functools import cache
from typing import Any, get_origin

from chalicelib.access.errors import STEP_UP_SECONDS
from chalicelib.access.policy import NOTICE_HEADER
from chalicelib.edge import examples, parameters, queries
from chalicelib.edge.components import Components, Schema
from chalicelib.edge.endpoint import Endpoint
from chalicelib.edge.headers import CHALLENGE
from chalicelib.edge.problems import CONTENT_TYPE
from chalicelib.edge.refusals import refusals
from chalicelib.edge.versions import exchange, history
from chalicelib.kernel import declaration, errors
from chalicelib.kernel.pages import Page
from chalicelib.kernel.samples import Body, Samples, collected


def document(endpoints: Sequence[Endpoint]) -> dict[str, Any]:
    """The OpenAPI document of the endpoints."""
    bodies = [endpoint.body for endpoint in endpoints if endpoint.body is not None]
    asked = [queries.type_of(endpoint) for endpoint in endpoints]
    sent = [endpoint.returns for endpoint in endpoints if endpoint.returns not in (None, str)]
    components = Components(bodies, asked, sent, [kind for each in endpoints for kind in refusals(each)])
    samples = collected()
    paths: dict[str, Any] = {}
    for endpoint in endpoints:
        paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = _operation(endpoint, components, samples)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "NovexERP",
            "version": "1.0.0",
            "summary": "A serverless, multi-tenant ERP backend.",
            "x-version": history.newest(),
        },
        "servers": [{"url": ".", "description": "The API lies where this document lies."}],
        "security": [{"token": []}],
        "tags": _tags(endpoints),
        "paths": paths,
        "components": {
            "schemas": components.shared,
            "responses": dict(sorted(components.responses.items())),
            "headers": _headers(),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
        "x-events": _events(),
    }


def _tags(endpoints: Sequence[Endpoint]) -> list[dict[str, str]]:
    """The tags of the operations, by name. TypeError for a tag that no package describes, or that two describe."""
    names = sorted({endpoint.tag.name for endpoint in endpoints})
    described = {endpoint.tag for endpoint in endpoints if endpoint.tag.description}
    if sorted(tag.name for tag in described) != names:
        raise TypeError("a tag has no description, or two")
    return [{"name": tag.name, "description": tag.description} for tag in sorted(described, key=lambda tag: tag.name)]


def _events() -> dict[str, Any]:
    """The catalogue of events, for readers of the feed: more may be added."""
    return {
        name: {"meaning": event.meaning, "entity": event.entity, "fields": declaration.fields(event)}
        for name, event in sorted(declaration.events().items())
    }


def _operation(endpoint: Endpoint, components: Components, samples: Samples) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": endpoint.name,
        "summary": endpoint.summary,
        "tags": [endpoint.tag.name],
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
    if endpoint.deprecated is not None:
        operation |= endpoint.deprecated.schema()
    if endpoint.extra_permissions:
        operation["x-extra-permissions"] = [
            {"permission": extra.permission, "when": extra.meaning} for extra in endpoint.extra_permissions
        ]
    if endpoint.hidden_without:
        operation["x-hidden-without"] = {name: list(fields) for name, fields in endpoint.hidden_without.items()}
    return operation


def _description(endpoint: Endpoint) -> str:
    """The description in the view's docstring, with sentences about what the call needs besides and hidden fields."""
    sentences = [endpoint.description]
    if endpoint.dangerous:
        sentences.append(f"It needs a login of the last {STEP_UP_SECONDS // 60} minutes.")
    for extra in endpoint.extra_permissions:
        sentences.append(f"It also needs `{extra.permission}` {extra.meaning}.")
    for permission, fields in endpoint.hidden_without.items():
        named = ", ".join(f"`{field}`" for field in fields)
        sentences.append(f"These fields are null for callers without `{permission}`: {named}.")
    return " ".join(sentence for sentence in sentences if sentence)


def _body(endpoint: Endpoint, components: Components, sample: Body | None) -> dict[str, Any]:
    """The request body. It is optional when no field is required, because a missing body counts as an empty object."""
    schema = components.taken(endpoint.body)
    content = _json(schema)
    if sample is not None:
        content["application/json"]["example"] = examples.body(sample, schema, components)
    return {"required": bool(components.resolved(schema).get("required")), "content": content}


def _json(schema: Schema, media_type: str = "application/json") -> Schema:
    return {media_type: {"schema": schema}}


_AUDIENCE = {(False, True): "", (True, False): "Public", (True, True): "PublicVersioned"}
"""The beginning of the name of a shared response by whether its operation is public, and has versions: they differ in
their headers."""
_STATUS_HEADERS = {401: CHALLENGE, 429: "Retry-After", 503: "Retry-After"}


def _responses(endpoint: Endpoint, components: Components) -> dict[str, Any]:
    """The responses by status. Those of refusals are shared by all operations with the same ones."""
    responses = _successes(endpoint, components)
    kinds = refusals(endpoint)
    for status in sorted({kind.status for kind in kinds}):
        of_status = [kind for kind in kinds if kind.status == status]
        name = _AUDIENCE[endpoint.is_public, endpoint.versioned] + "Or".join(kind.__name__ for kind in of_status)
        responses[str(status)] = components.response(name, _refusal(endpoint, of_status, components))
    return responses


def _refusal(endpoint: Endpoint, kinds: Sequence[type[errors.DomainError]], components: Components) -> dict[str, Any]:
    """The response of one status to requests that are refused."""
    extra_name = _STATUS_HEADERS.get(kinds[0].status)
    extra = {extra_name: _header(extra_name)} if extra_name else {}
    return {
        "description": ". Or: ".join(kind.title for kind in kinds),
        "headers": {**_common_headers(endpoint), **extra},
        "content": _json(components.problem(kinds), CONTENT_TYPE),
    }


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
    if endpoint.method == "GET":
        unchanged = "Nothing has changed since the response whose ETag was sent in If-None-Match."
        responses["304"] = {"description": unchanged, "headers": success["headers"]}
    if endpoint.asynchronous:
        responses["202"] = {**success, "description": "Accepted: a job continues the work; its path is in Location."}
    return dict(sorted(responses.items()))


def _success(endpoint: Endpoint, components: Components) -> dict[str, Any]:
    headers = _common_headers(endpoint)
    if endpoint.command:
        headers["Idempotent-Replayed"] = _header("Idempotent-Replayed")
    if endpoint.versioned:
        headers |= {name: _header(name) for name in ("Deprecation", "Sunset", "Link")}
    if not endpoint.is_public:
        headers[NOTICE_HEADER] = _header(NOTICE_HEADER)
    if endpoint.location or endpoint.asynchronous:
        headers["Location"] = _header("Location")
    if endpoint.method == "GET" or "version" in getattr(endpoint.returns, "__struct_fields__", ()):
        headers["ETag"] = _header("ETag")
    if get_origin(endpoint.returns) is Page:
        headers["Link"] = _header("Link")
    response: dict[str, Any] = {"description": endpoint.summary, "headers": headers}
    if endpoint.returns is str:
        response["content"] = _json({"type": "string"}, endpoint.media_type)
    elif endpoint.returns is not None:
        response["content"] = _json(components.sent(endpoint.returns))
    return response


def _common_headers(endpoint: Endpoint) -> dict[str, Any]:
    names = ["X-Request-Id", "X-Client-Request-Id", "traceparent"] + (
        [] if endpoint.is_public else ["RateLimit-Policy", "RateLimit"]
    )
    names += [exchange.HEADER] if endpoint.versioned else []
    return {name: _header(name) for name in names}


def _header(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/headers/{name}"}


@cache
def _headers() -> dict[str, Any]:
    texts = {
        "X-Request-Id": "The id of this request, which the platform has made, in logs and in the journal.",
        "X-Client-Request-Id": "The X-Request-Id of the request, if it sent a valid one.",
        "traceparent": "W3C trace context.",
        "ETag": "Of a document its version: send it in If-Match. Of other answers to GET a hash, for If-None-Match.",
        "Link": "With `rel=next` the next page of a list, relative to the request; with `rel=deprecation` and "
        "`rel=sunset` where to read what to do instead.",
        "Idempotent-Replayed": "`true` in the stored response to a command that was repeated.",
        "Dry-Run": "`true` in the response to a dry run: nothing was written.",
        "Location": "The path of the created document, or of the job.",
        "RateLimit-Policy": "The limits of the tenant and of the caller: q requests in a window of w seconds.",
        "RateLimit": "The limit with the fewest remaining requests: r requests are left for t seconds.",
        "Deprecation": "Since when the operation, a field of the request or the version is deprecated (RFC 9745).",
        "Sunset": "When that will be refused (RFC 8594).",
        NOTICE_HEADER: "For users who have not accepted it yet: the number of the announced version of the privacy "
        "policy, and with `from` the day from which it is in force.",
        exchange.HEADER: "The version of the API that the answer is in.",
        "Retry-After": "Seconds to wait before the request is repeated.",
        CHALLENGE: "What is wrong with the token: WWW-Authenticate (RFC 6750) under a name that browsers can read.",
    }
    return {name: {"description": text, "schema": {"type": "string"}} for name, text in texts.items()}
