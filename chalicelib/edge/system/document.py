"""The shape of the OpenAPI document itself: `/openapi.json` is described in it as exactly as everything else.

Only what edge/openapi.py writes is here; a test validates the real document against this.
"""

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, field

Scalar = str | int | float | bool | None
_ANYTHING = {"additionalProperties": {"type": ["object", "array", "string", "number", "boolean", "null"]}}
Example = Annotated[dict[str, Any], Meta(extra_json_schema=_ANYTHING)]
"""A body; what may be in it, the schema beside it says."""


class OpenApiSchema(Struct, omit_defaults=True):
    """JSON Schema 2020-12, the words that we use."""

    ref: str | UnsetType = field(default=UNSET, name="$ref")
    title: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    type: str | list[str] | UnsetType = UNSET
    format: str | UnsetType = UNSET
    enum: list[Scalar] | UnsetType = UNSET
    const: Scalar | UnsetType = UNSET
    default: Scalar | list[Scalar] | dict[str, Scalar] | UnsetType = UNSET
    examples: list[Scalar | list[Scalar] | dict[str, Scalar]] | UnsetType = UNSET
    pattern: str | UnsetType = UNSET
    min_length: int | UnsetType = field(default=UNSET, name="minLength")
    max_length: int | UnsetType = field(default=UNSET, name="maxLength")
    minimum: int | float | UnsetType = UNSET
    maximum: int | float | UnsetType = UNSET
    exclusive_minimum: int | float | UnsetType = field(default=UNSET, name="exclusiveMinimum")
    exclusive_maximum: int | float | UnsetType = field(default=UNSET, name="exclusiveMaximum")
    multiple_of: int | float | UnsetType = field(default=UNSET, name="multipleOf")
    read_only: bool | UnsetType = field(default=UNSET, name="readOnly")
    write_only: bool | UnsetType = field(default=UNSET, name="writeOnly")
    deprecated: bool | UnsetType = UNSET
    content_encoding: str | UnsetType = field(default=UNSET, name="contentEncoding")
    content_media_type: str | UnsetType = field(default=UNSET, name="contentMediaType")
    items: "OpenApiSchema | bool | UnsetType" = UNSET
    prefix_items: "list[OpenApiSchema] | UnsetType" = field(default=UNSET, name="prefixItems")
    min_items: int | UnsetType = field(default=UNSET, name="minItems")
    max_items: int | UnsetType = field(default=UNSET, name="maxItems")
    unique_items: bool | UnsetType = field(default=UNSET, name="uniqueItems")
    properties: "dict[str, OpenApiSchema] | UnsetType" = UNSET
    property_names: "OpenApiSchema | UnsetType" = field(default=UNSET, name="propertyNames")
    min_properties: int | UnsetType = field(default=UNSET, name="minProperties")
    max_properties: int | UnsetType = field(default=UNSET, name="maxProperties")
    required: list[str] | UnsetType = UNSET
    additional_properties: "OpenApiSchema | bool | UnsetType" = field(default=UNSET, name="additionalProperties")
    any_of: "list[OpenApiSchema] | UnsetType" = field(default=UNSET, name="anyOf")
    discriminator: "OpenApiDiscriminator | UnsetType" = UNSET


class OpenApiDiscriminator(Struct):
    """Which member of a union it is."""

    property_name: str = field(name="propertyName")
    mapping: dict[str, str]


class OpenApiParameter(Struct, omit_defaults=True):
    """One value in path, query or headers."""

    place: Literal["path", "query", "header"] = field(name="in")
    name: str
    required: bool
    schema: OpenApiSchema
    description: str | UnsetType = UNSET
    example: Scalar | UnsetType = UNSET


class OpenApiMedia(Struct, omit_defaults=True):
    """The schema of one media type. `example` is a good body, with ids that are nobody's."""

    schema: OpenApiSchema
    example: Example | UnsetType = UNSET


class OpenApiReference(Struct):
    """A pointer into `components`."""

    ref: str = field(name="$ref")


class OpenApiResponse(Struct, omit_defaults=True):
    """One possible answer. `x-codes`: what `code` of a problem document can be."""

    description: str
    headers: dict[str, OpenApiReference] | UnsetType = UNSET
    content: dict[str, OpenApiMedia] | UnsetType = UNSET
    codes: list[str] | UnsetType = field(default=UNSET, name="x-codes")


class OpenApiBody(Struct):
    """What is sent."""

    required: bool
    content: dict[str, OpenApiMedia]


class OpenApiExtraPermission(Struct):
    """A permission that some bodies need besides the operation's own. `when` says which."""

    permission: str
    when: str


class OpenApiOperation(Struct, omit_defaults=True):
    """One method of one path. `x-permission` names the permission that the caller's roles must hold, and
    `x-hidden-without` those without which fields of the answer are null. `x-scope` tells what it is to callers limited
    to warehouses: refused (`unrestricted_only`), the same (`any`), or what is theirs (`filtered`)."""

    operation_id: str = field(name="operationId")
    summary: str
    tags: list[str]
    parameters: list[OpenApiParameter]
    responses: dict[str, OpenApiResponse]
    description: str | UnsetType = UNSET
    request_body: OpenApiBody | UnsetType = field(default=UNSET, name="requestBody")
    security: list[dict[str, list[str]]] | UnsetType = UNSET
    permission: str | UnsetType = field(default=UNSET, name="x-permission")
    scope: Literal["unrestricted_only", "any", "filtered"] | UnsetType = field(default=UNSET, name="x-scope")
    extra_permissions: list[OpenApiExtraPermission] | UnsetType = field(default=UNSET, name="x-extra-permissions")
    hidden_without: dict[str, list[str]] | UnsetType = field(default=UNSET, name="x-hidden-without")


class OpenApiInfo(Struct):
    """What this is."""

    title: str
    version: str
    summary: str


class OpenApiServer(Struct):
    """Where it is."""

    url: str


class OpenApiHeader(Struct):
    """A header of answers."""

    description: str
    schema: OpenApiSchema


class OpenApiSecurityScheme(Struct):
    """How a caller proves who it is."""

    type: Literal["http"]
    scheme: Literal["bearer"]
    bearer_format: str = field(name="bearerFormat")


class OpenApiComponents(Struct):
    """What operations share."""

    schemas: dict[str, OpenApiSchema]
    headers: dict[str, OpenApiHeader]
    security_schemes: dict[str, OpenApiSecurityScheme] = field(name="securitySchemes")


class OpenApiDocument(Struct):
    """An OpenAPI 3.1 document."""

    openapi: Literal["3.1.0"]
    info: OpenApiInfo
    servers: list[OpenApiServer]
    security: list[dict[str, list[str]]]
    paths: dict[str, dict[str, OpenApiOperation]]
    components: OpenApiComponents
