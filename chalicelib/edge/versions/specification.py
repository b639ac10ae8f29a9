"""The OpenAPI document of an older version, made from the newest one."""

from collections.abc import Sequence

import msgspec

from chalicelib.edge import queries
from chalicelib.edge.components import INPUT
from chalicelib.edge.declaration import Endpoint
from chalicelib.edge.versions import exchange, forms, history
from chalicelib.edge.versions.change import Change, Json, Version
from chalicelib.kernel.deprecation import Deprecation
from chalicelib.kernel.struct_types import TypeForm


def of_version(newest: Json, endpoints: Sequence[Endpoint], version: str) -> Json:
    """The OpenAPI document as callers with that version see the API. Fields that have another name since are
    deprecated in it."""
    document: Json = msgspec.json.decode(msgspec.json.encode(newest))
    ending = history.deprecation(version)
    for each in history.after(version):
        for change in each.changes:
            _take_back(document, each, change, ending)
    for endpoint in endpoints:
        operation = document["paths"][endpoint.path][endpoint.method.lower()]
        _convert_examples(operation, endpoint, version)
        _convert_parameters(operation["parameters"], endpoint, version)
    document["info"]["x-version"] = version
    return document


def _take_back(document: Json, version: Version, change: Change, ending: Deprecation | None) -> None:
    """The document without the change."""
    schemas = document["components"]["schemas"]
    for name, conversion in change.types.items():
        for shown in (name for name in (name, f"{name}{INPUT}") if name in schemas):
            schemas[shown] = conversion.schema(schemas[shown])
            for former in conversion.renamed.values():
                known = Deprecation(version.released, ending.sunset if ending else None, change.instead)
                schemas[shown]["properties"][former] |= known.schema()
    for event in document["x-events"].values():
        names = change.feed.get(event["entity"], {})
        event["fields"] = sorted(names.get(field, field) for field in event["fields"])


def _convert_parameters(parameters: Sequence[Json], endpoint: Endpoint, version: str) -> None:
    """The document asks for its own version, and names fields as that does."""
    for parameter in parameters:
        if parameter["name"] == exchange.HEADER and "enum" in parameter["schema"]:
            parameter["schema"]["enum"] = [version]
        elif parameter["name"] == "fields" and parameter["in"] == "query":
            kind, items = queries.document_type(endpoint.returns), parameter["schema"]["items"]
            if "enum" in items:  # a single name is a constant
                items["enum"] = sorted(forms.older_name(kind, name, version) for name in items["enum"])
            else:
                items["const"] = forms.older_name(kind, items["const"], version)


def _convert_examples(operation: Json, endpoint: Endpoint, version: str) -> None:
    """Converts the examples of the operation's body and of its successes."""
    _convert(operation.get("requestBody", {}), endpoint.body, version)
    for status, response in operation["responses"].items():
        if status.startswith("2"):
            _convert(response, endpoint.returns, version)


def _convert(described: Json, kind: TypeForm | None, version: str) -> None:
    media: Json = described.get("content", {}).get("application/json", {})
    if "example" in media and forms.is_touched(kind, version, history.newest()):
        media["example"] = forms.older(kind, media["example"], version, history.newest())
