"""API schemas of custom fields: their declaration, and their values on documents."""

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from chalicelib.kernel import ids
from chalicelib.kernel.lifecycle import StatusField, StatusFilter
from chalicelib.kernel.pages import CreationQuery
from chalicelib.kernel.schemas import AllowedTransitions, Schema, Stamped
from chalicelib.kernel.texts import formatted, line


class CustomFieldEntity(StrEnum):
    """The kind of document that has the field. More may be added, so accept unknown values."""

    ITEM = "item"
    CUSTOMER = "customer"
    VENDOR = "vendor"


class CustomFieldType(StrEnum):
    """What values are. `text`: a line of text. `number`: a decimal in quotes, such as "12.5". `date`: a day, such as
    2026-11-26. `boolean`: true or false. `choice`: one of the field's choices."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    BOOLEAN = "boolean"
    CHOICE = "choice"


class CustomFieldClass(StrEnum):
    """What values say. `identity`, `contact` and `address`: who a person is, and how and where to reach them.
    `financial`: money of a person or company. `business`: things and dealings. `usage`: how something is used."""

    IDENTITY = "identity"
    CONTACT = "contact"
    ADDRESS = "address"
    FINANCIAL = "financial"
    BUSINESS = "business"
    USAGE = "usage"


PERSONAL = frozenset({CustomFieldClass.IDENTITY, CustomFieldClass.CONTACT, CustomFieldClass.ADDRESS})
"""The classes of values that are about people."""

CustomFieldId = Annotated[str, ids.described("cuf", "the custom field")]
CustomFieldCode = Annotated[
    str,
    formatted(
        r"^[a-z][a-z0-9_]{0,31}$",
        "Use at most 32 small letters, digits and _ and begin with a letter.",
        description="The name of the field in `custom_fields` of documents. No two fields of an entity have the same.",
        examples=["frame_material"],
    ),
]
Label = Annotated[str, line(80, description="What people call the field.", examples=["Frame material"])]
Choices = Annotated[
    list[Annotated[str, line(80, examples=["Steel"])]],
    Meta(
        max_length=100,
        description="The values of a field of the type `choice`, in the order of screens; empty for other types. "
        "Values that documents have already stay when a choice is taken away.",
    ),
]
ClassField = Annotated[
    CustomFieldClass,
    Meta(
        description="What values say, which decides how they are protected. When you are not sure, choose one that is "
        "about people. Items are not about people, so only customers and vendors have fields of these classes."
    ),
]
Filterable = Annotated[
    bool, Meta(description="Whether lists can be filtered by the field; not for values that are about people.")
]
CustomValue = Annotated[str, line(1000)] | bool
CustomValues = Annotated[
    dict[str, CustomValue],
    Meta(description="The values of custom fields, by the code of the field."),
]
NewCustomValues = Annotated[
    dict[str, CustomValue | None],
    Meta(
        max_length=50,
        description="Values of custom fields, by the code of the field. Fields that are not given stay as they are; "
        "null takes a value away. Numbers are decimals in quotes.",
    ),
]
CustomFieldFilter = Annotated[
    str,
    line(
        200,
        description="Only those with this value in a custom field that is filterable: its code, a colon, the value; "
        "case does not matter.",
        examples=["frame_material:steel"],
    ),
]


class CustomFieldFields(Schema, frozen=True, kw_only=True):
    """The fields of a declaration that callers can set."""

    entity: Annotated[CustomFieldEntity, Meta(description="The kind of document that has the field. It cannot change.")]
    code: CustomFieldCode
    label: Label
    type: Annotated[CustomFieldType, Meta(description="What values are. It cannot change.")]
    choices: Choices = []
    privacy_class: ClassField
    filterable: Filterable = False


class NewCustomField(CustomFieldFields, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A custom field to declare."""


class CustomFieldChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Only the given fields change. Entity, code and type cannot change, because documents have values."""

    label: Label | UnsetType = UNSET
    choices: Choices | UnsetType = UNSET
    privacy_class: ClassField | UnsetType = UNSET
    filterable: Filterable | UnsetType = UNSET


class CustomField(CustomFieldFields, Stamped, frozen=True, kw_only=True):
    """A field that the tenant has declared for documents of one kind."""

    id: CustomFieldId
    status: StatusField
    allowed_transitions: AllowedTransitions


class CustomFieldQuery(CreationQuery, frozen=True, kw_only=True):
    """Custom fields can be filtered by entity and status."""

    entity: Annotated[CustomFieldEntity, Meta(description="Only fields of this kind of document.")] | None = None
    status: StatusFilter | None = None
