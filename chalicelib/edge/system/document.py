"""The type of the OpenAPI document. What is in it is defined by OpenAPI, so only its frame is described here."""

from typing import Annotated, Any

from msgspec import Meta, Struct, field

Part = Annotated[dict[str, Any], Meta(extra_json_schema={"additionalProperties": True})]
"""A part of an OpenAPI document, as OpenAPI defines it."""


class OpenApiEvent(Struct):
    """What a change in the feed says: its meaning, the kind of document, the fields that it may name."""

    meaning: Annotated[str, Meta(description="What has happened, in one sentence.")]
    entity: Annotated[str, Meta(description="The kind of document that the change is about.")]
    fields: Annotated[list[str], Meta(description="The fields that a change may name.")]


class OpenApiDocument(Struct):
    """An OpenAPI 3.1 document. Its extensions are `x-events`, the events of the feed of changes by name, and those of
    operations: `x-permission` is the permission that the caller needs, `x-extra-permissions` are those that some bodies
    need, described by `when`. `x-hidden-without` names the fields of the response that are null without a permission.
    `x-scope` tells what the operation does for callers who are limited to warehouses: it is refused
    (`unrestricted_only`), not limited (`any`), or limited to their warehouses (`filtered`)."""

    openapi: Annotated[str, Meta(description="The version of OpenAPI.")]
    info: Annotated[Part, Meta(description="The name and version of the API.")]
    servers: Annotated[list[Part], Meta(description="Where the API is served.")]
    security: Annotated[
        list[dict[str, list[str]]], Meta(description="The credentials that operations need unless they say otherwise.")
    ]
    tags: Annotated[list[Part], Meta(description="The groups of operations.")]
    paths: Annotated[dict[str, Part], Meta(description="The operations by path, then by HTTP method in lower case.")]
    components: Annotated[Part, Meta(description="Definitions that operations share.")]
    events: Annotated[dict[str, OpenApiEvent], Meta(description="The events of the feed of changes, by name.")] = field(
        name="x-events"
    )
