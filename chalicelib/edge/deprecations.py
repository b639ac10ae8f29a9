"""Deprecations: what a request uses of them is told in the answer (RFC 9745, RFC 8594), counted, and refused after its
sunset."""

from collections.abc import Iterator, Sequence
from email.utils import format_datetime
from functools import cache
from typing import NamedTuple

from msgspec import inspect

from chalicelib.edge import structs
from chalicelib.edge.declaration import Endpoint
from chalicelib.edge.incoming import Incoming
from chalicelib.edge.strict_json import parse
from chalicelib.edge.versions import exchange, forms, history
from chalicelib.edge.versions.errors import OperationSunset
from chalicelib.kernel import log
from chalicelib.kernel.deprecation import Deprecation, midnight, of_field
from chalicelib.kernel.errors import BadRequest, FieldError, Invalid
from chalicelib.kernel.struct_types import TypeForm

_LINK = '</v1/changelog>; rel="{}"; type="application/json"'


class Use(NamedTuple):
    """Something deprecated that a request uses. pointer: of a field in the body or in the query, else empty.
    is_counted: whether its metric counts this use."""

    what: str
    deprecation: Deprecation
    pointer: str = ""
    is_counted: bool = True


def tell(endpoint: Endpoint, received: Incoming) -> None:
    """Adds the headers about what the request uses, and counts it. `received` has its body in the newest form.

    Raises OperationSunset, and Invalid or BadRequest for fields, when a sunset has passed.
    """
    used = [*_of_operation(endpoint, received), *_of_query(endpoint, received), *_of_body(endpoint, received)]
    if not used:
        return
    client = str(received.authorizer.get("azp") or "none")
    for use in filter(lambda use: use.is_counted, used):
        log.count_by("DeprecatedUse", operation=endpoint.name, client=client, deprecated=use.what)
    received.answered.update(_headers([use.deprecation for use in used]))
    _refuse([use for use in used if use.deprecation.is_over(received.now)])


def _headers(deprecations: Sequence[Deprecation]) -> dict[str, str]:
    """The headers of an answer: the earliest of the dates, and where to read what to do."""
    sunsets = [each.sunset for each in deprecations if each.sunset is not None]
    since = midnight(min(each.since for each in deprecations))
    headers = {"Deprecation": f"@{int(since.timestamp())}", "Link": _LINK.format("deprecation")}
    if sunsets:
        headers["Sunset"] = format_datetime(midnight(min(sunsets)), usegmt=True)
        headers["Link"] += f", {_LINK.format('sunset')}"
    return headers


def _refuse(ended: Sequence[Use]) -> None:
    """Raises the error of an operation or of the fields whose sunset has passed."""
    for use in ended:
        if not use.pointer:
            raise OperationSunset(use.deprecation)
    errors = [FieldError(use.pointer, "sunset", f"It has ended. {use.deprecation.instead}") for use in ended]
    if any(each.pointer.startswith("/query/") for each in errors):
        raise BadRequest("The query string has parameters that are not available any more.", errors=errors)
    if errors:
        raise Invalid(errors=errors)


def _of_operation(endpoint: Endpoint, received: Incoming) -> Iterator[Use]:
    """The operation itself, and the version that the request is answered in. The use of a version is counted only for
    operations that it changes, where the client has something to do."""
    if endpoint.deprecated is not None:
        yield Use("operation", endpoint.deprecated)
    version = exchange.version_of(received)
    of_version = history.deprecation(version)
    if of_version is not None:
        kinds = (endpoint.body, endpoint.returns)
        is_touched = any(forms.is_touched(kind, version, history.newest()) for kind in kinds)
        yield Use(f"version {version}", of_version, is_counted=is_touched)


def _of_query(endpoint: Endpoint, received: Incoming) -> Iterator[Use]:
    if _has_deprecated_fields(endpoint.query):
        found = _fields(forms.type_of(endpoint.query), dict.fromkeys(received.query))
        yield from (use._replace(pointer=f"/query{use.pointer}") for use in found)


def _of_body(endpoint: Endpoint, received: Incoming) -> Iterator[Use]:
    if received.body and received.is_json and _has_deprecated_fields(endpoint.body):
        yield from _fields(forms.type_of(endpoint.body), parse(received.body))


@cache
def _has_deprecated_fields(kind: TypeForm | None) -> bool:
    found = structs.below([kind]) if kind is not None else []
    return any(of_field(field.type) is not None for struct in found for field in struct.fields)


def _fields(info: inspect.Type, value: object, pointer: str = "") -> Iterator[Use]:
    """The deprecated fields that a value of this type has, at any depth."""
    info = forms.chosen(info, value) or inspect.AnyType()
    if isinstance(info, inspect.ListType) and isinstance(value, list):
        for index, member in enumerate(value):
            yield from _fields(info.item_type, member, f"{pointer}/{index}")
    elif isinstance(info, inspect.DictType) and isinstance(value, dict):
        for name, member in value.items():
            yield from _fields(info.value_type, member, f"{pointer}/{name}")
    elif isinstance(info, inspect.StructType) and isinstance(value, dict):
        for field in info.fields:
            if field.encode_name in value:
                here = f"{pointer}/{field.encode_name}"
                deprecation = of_field(field.type)
                if deprecation is not None:
                    yield Use(f"field {structs.name_of(info)}.{field.encode_name}", deprecation, here)
                yield from _fields(field.type, value[field.encode_name], here)
