"""The schema of the changelog."""

from datetime import date
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta


class ChangelogKind(StrEnum):
    """`change`: a version of the API changed something incompatibly. `deprecation`: something will not be available any
    more."""

    CHANGE = "change"
    DEPRECATION = "deprecation"


class ChangelogEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One incompatible change, or one deprecation."""

    since: Annotated[date, Meta(description="The day of the version, or from which it is deprecated.")]
    kind: Annotated[ChangelogKind, Meta(description="Whether it is a change or a deprecation.")]
    version: Annotated[
        str | None,
        Meta(description="The version that brought the change, which older ones do not show; null for a deprecation."),
    ]
    summary: Annotated[str, Meta(description="What changed, or what is deprecated.")]
    instead: Annotated[str, Meta(description="What a client has to do.")]
    operations: Annotated[list[str], Meta(description="The `operationId` of each operation that it is about.")]
    fields: Annotated[
        list[str],
        Meta(description="The fields that it is about, as `Type.field`; only the type when all of it changed."),
    ]
    sunset: Annotated[
        date | None, Meta(description="The day from which the former way is refused; null while that is not decided.")
    ]


class Changelog(msgspec.Struct, frozen=True):
    """All incompatible changes and deprecations."""

    data: Annotated[list[ChangelogEntry], Meta(description="The entries, newest first.")]
