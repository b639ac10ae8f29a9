"""API schemas of sandboxes."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType


class SandboxClockChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is absent stays as it is."""

    at: (
        Annotated[
            datetime,
            Meta(
                tz=True,
                description="The time that the clock shows from now on: not before the one that it shows, and at most "
                "two years after the real one.",
                examples=["2027-03-31T12:00:00Z"],
            ),
        ]
        | UnsetType
    ) = UNSET
    is_frozen: (
        Annotated[bool, Meta(description="Whether the clock stands still until it is set again.")] | UnsetType
    ) = UNSET


class SandboxClock(msgspec.Struct, frozen=True, kw_only=True):
    """The clock of a sandbox, by which everything in it is dated, kept and ended."""

    at: Annotated[datetime, Meta(description="The time that it was set to.")]
    since: Annotated[datetime, Meta(description="The real time at which it was set; it has gone on since.")]
    is_frozen: Annotated[bool, Meta(description="Whether it stands still instead, at the time that it was set to.")]
