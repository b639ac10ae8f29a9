"""The fields that all documents show: version, times, authors, allowed transitions, running job."""

from datetime import datetime
from typing import Annotated, Any, get_type_hints

import msgspec
from msgspec import UNSET, Meta, UnsetType

from chalicelib.kernel.names import Included


class _MixinMeta(msgspec.StructMeta):
    """Adds the annotated fields of mixin classes, because a msgspec struct can have only one base with fields.

    The order in JSON is `id`, the fields of the struct base, those of the class, those of the mixins. For this order
    the class copies the fields of its struct base instead of inheriting them.
    """

    def __new__(cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **options: Any) -> Any:
        mixins = [base for base in bases if not isinstance(base, msgspec.StructMeta)]
        if not mixins:
            return super().__new__(cls, name, bases, namespace, **options)
        fields: dict[str, Any] = {}
        for base in (base for base in bases if base not in mixins):
            fields |= get_type_hints(base, include_extras=True)
            for field in msgspec.structs.fields(base):
                if not field.required:
                    namespace.setdefault(field.name, _default(field))
        fields |= namespace.get("__annotations__", {})
        for mixin in mixins:
            fields |= mixin.__annotations__
            for optional in mixin.__annotations__.keys() & vars(mixin).keys():
                namespace.setdefault(optional, vars(mixin)[optional])
        namespace["__annotations__"] = {"id": fields.pop("id"), **fields} if "id" in fields else fields
        return super().__new__(cls, name, (Schema,), namespace, **options)


def _default(field: msgspec.structs.FieldInfo) -> Any:
    if field.default is not msgspec.NODEFAULT:
        return field.default
    return msgspec.field(default_factory=field.default_factory)


class Schema(msgspec.Struct, frozen=True, metaclass=_MixinMeta):
    """A struct that may have the mixin Stamped as a base: `class Thing(ThingFields, Stamped)`."""


class Stamped:
    """The version of a document, when it was created and last changed, and by whom; names that are asked for."""

    version: Annotated[
        int, Meta(description="Increases with every change. A change needs it in If-Match, in quotes, as in the ETag.")
    ]
    created_at: Annotated[datetime, Meta(description="When the document was created.")]
    created_by: Annotated[
        str,
        Meta(description="Who created it: the `subject` of a user or machine, or `system:` and a part of NovexERP."),
    ]
    updated_at: Annotated[datetime, Meta(description="When the document was last changed.")]
    updated_by: Annotated[str, Meta(description="Who last changed it, in the form of `created_by`.")]
    included: Included | UnsetType = UNSET


AllowedTransitions = Annotated[
    list[str],
    Meta(description="The names of the transitions that the document's state allows now, as in the paths of the API."),
]
JobId = Annotated[
    str | None,
    Meta(
        description="The id of the job that works on the document; until it ends no transition "
        "is allowed. Null for none."
    ),
]
