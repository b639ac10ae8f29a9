"""What all documents show about themselves, and how their structs take it in."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta


class _TakesMixins(msgspec.StructMeta):
    """Adds the annotated fields of plain base classes: a msgspec struct can have only one base with fields."""

    def __new__(cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **options: Any) -> Any:
        mixins = [base for base in bases if not isinstance(base, msgspec.StructMeta)]
        fields = {field: kind for mixin in mixins for field, kind in mixin.__annotations__.items()}
        namespace["__annotations__"] = {**fields, **namespace.get("__annotations__", {})}
        structs = tuple(base for base in bases if base not in mixins)
        return super().__new__(cls, name, structs, namespace, **options)


class Schema(msgspec.Struct, frozen=True, metaclass=_TakesMixins):
    """A struct that may take in Stamped: `class Item(ItemFields, Stamped)`."""


class Stamped:
    """The version of a document, and who made and changed it when."""

    version: Annotated[int, Meta(description="Rises with every change; send it back in If-Match as an ETag.")]
    created_at: Annotated[datetime, Meta(description="When it was added.")]
    created_by: Annotated[str, Meta(description="Who added it: a user's subject, or `system:` and a part of NovexERP.")]
    updated_at: Annotated[datetime, Meta(description="When it was changed last.")]
    updated_by: Annotated[str, Meta(description="Who changed it last, as in `created_by`.")]


AllowedTransitions = Annotated[
    list[str], Meta(description="What can be done with the document in its present state, by name.")
]
JobId = Annotated[str | None, Meta(description="The job that works on it; nothing else can be done meanwhile.")]
