"""The fields that all documents show: version, times, authors, allowed transitions, running job."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta


class _MixinMeta(msgspec.StructMeta):
    """Adds the annotated fields of mixin classes: a msgspec struct can have only one base with fields."""

    def __new__(cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **options: Any) -> Any:
        mixins = [base for base in bases if not isinstance(base, msgspec.StructMeta)]
        fields = {field: kind for mixin in mixins for field, kind in mixin.__annotations__.items()}
        namespace["__annotations__"] = {**fields, **namespace.get("__annotations__", {})}
        structs = tuple(base for base in bases if base not in mixins)
        return super().__new__(cls, name, structs, namespace, **options)


class Schema(msgspec.Struct, frozen=True, metaclass=_MixinMeta):
    """A struct that may have the mixin Stamped as a base: `class Thing(ThingFields, Stamped)`."""


class Stamped:
    """The version of a document, when it was created and last changed, and by whom."""

    version: Annotated[int, Meta(description="Increases with every change; send it in If-Match as an ETag.")]
    created_at: Annotated[datetime, Meta(description="When the document was created.")]
    created_by: Annotated[
        str, Meta(description="Who created it: the `sub` of a user's token, or `system:` and a part of NovexERP.")
    ]
    updated_at: Annotated[datetime, Meta(description="When the document was last changed.")]
    updated_by: Annotated[str, Meta(description="Who last changed it, in the form of `created_by`.")]


AllowedTransitions = Annotated[
    list[str], Meta(description="The names of the transitions that the document's current state allows.")
]
JobId = Annotated[
    str | None, Meta(description="The running job of the document. While there is one, no transition is allowed.")
]
