"""The API's types of counts."""

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.kernel import declaration
from chalicelib.kernel.counts import MOST

_DECLARED = sorted(declaration.counts().items())
CountName = StrEnum("CountName", {name.upper(): name for name, _ in _DECLARED})  # type: ignore[misc]  # packages declare it
CountName.__doc__ = " ".join(f"`{name}`: {count.meaning}" for name, (_, count) in _DECLARED)


class CountOf(msgspec.Struct, frozen=True, kw_only=True):
    """How many documents are counted."""

    count: Annotated[int, Meta(description=f"How many there are; {MOST} when there are more.")]
    is_more: Annotated[bool, Meta(description="Whether there are more than `count`.")]


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """The counts that the caller may see, by name."""

    counts: Annotated[dict[CountName, CountOf], Meta(description="The counts, by name.")]


class CountsQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The counts to read."""

    names: (
        Annotated[
            list[CountName], Meta(min_length=1, description="Only these counts, separated by commas; all by default.")
        ]
        | None
    ) = None
