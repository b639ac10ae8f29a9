"""The types of the OpenAPI document, so that the document also describes `/openapi.json`.

They contain only what edge/openapi.py writes; a test validates the document against them.
"""

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, field

Scalar = str | int | float | bool | None
_ANYTHING = {"additionalProperties": {"type": ["object", "array", "string", "number", "boolean", "null"]}}
Example = Annotated[dict[str, Any], Meta(extra_json_schema=_ANYTHING)]
"""An example body; the schema next to it describes its content."""


class OpenApiSchema(Struct, omit_defaults=True):
    """A schema with the used keywords of JSON Schema 2020-12."""

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
    """The property that identifies the member of a union."""

    property_name: str = field(name="propertyName")
    mapping: dict[str, str]


class OpenApiParameter(Struct, omit_defaults=True):
    """A parameter in path, query or headers."""

    place: Literal["path", "query", "header"] = field(name="in")
    name: str
    required: bool
    schema: OpenApiSchema
    description: str | UnsetType = UNSET
    example: Scalar | UnsetType = UNSET


class OpenApiMedia(Struct, omit_defaults=True):
    """The schema of one media type. `example` is a valid body; its ids do not exist."""

    schema: OpenApiSchema
    example: Example | UnsetType = UNSET


class OpenApiReference(Struct):
    """A reference into `components`."""

    ref: str = field(name="$ref")


class OpenApiResponse(Struct, omit_defaults=True):
    """One possible response. `x-codes`: the possible values of `code` in the problem document."""

    description: str
    headers: dict[str, OpenApiReference] | UnsetType = UNSET
    content: dict[str, OpenApiMedia] | UnsetType = UNSET
    codes: list[str] | UnsetType = field(default=UNSET, name="x-codes")


class OpenApiBody(Struct):
    """The body of a request."""

    required: bool
    content: dict[str, OpenApiMedia]


class OpenApiExtraPermission(Struct):
    """An additional permission that some bodies need. `when` describes these bodies."""

    permission: str
    when: str


class OpenApiOperation(Struct, omit_defaults=True):
    """One method of one path. `x-permission` is the permission that the caller needs. `x-hidden-without`: permission to
    the fields of the response that are null without it. `x-scope`: the operation for callers who are limited to
    warehouses: refused (`unrestricted_only`), not limited (`any`), or limited to their warehouses (`filtered`)."""

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
    """Name and version of the API."""

    title: str
    version: str
    summary: str


class OpenApiServer(Struct):
    """The base URL of the API."""

    url: str


class OpenApiHeader(Struct):
    """A header of responses."""

    description: str
    schema: OpenApiSchema


class OpenApiSecurityScheme(Struct):
    """The authentication of callers."""

    type: Literal["http"]
    scheme: Literal["bearer"]
    bearer_format: str = field(name="bearerFormat")


class OpenApiComponents(Struct):
    """Definitions that operations share."""

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
