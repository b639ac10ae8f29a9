"""API schemas of jobs, and what a job's handler gets and gives."""

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.kernel import ids
from chalicelib.kernel.pages import CreationQuery
from chalicelib.kernel.schemas import AllowedTransitions, Schema, Stamped
from chalicelib.kernel.texts import formatted

JobIdentifier = Annotated[str, ids.described("job", "the job")]
Kind = Annotated[
    str,
    formatted(
        r"^[a-z0-9_.]{1,64}$",
        "Use a kind such as stock.check: small letters, digits, _ and dots.",
        description="What is done: the area and the task.",
        examples=["stock.check"],
    ),
]
Scalar = str | int | bool | None
Report = dict[str, Scalar | list[dict[str, Scalar]]]
Args = dict[str, Scalar]


class JobState(StrEnum):
    """`queued`: it waits for a worker. `running`: a worker has begun. `done`: all work is done. `failed`: it was given
    up, see `error`. `cancelled`: a caller stopped it."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


OPEN = frozenset({JobState.QUEUED, JobState.RUNNING})


class Step(msgspec.Struct, frozen=True):
    """The result of one call of a handler.

    progress: units done so far, of all calls together. report: counts and rows of plain values, never personal data;
    None keeps the report of the call before. error: ends the job as failed. wait_seconds: the handler is not called
    again before so many seconds have passed.
    """

    done: bool
    progress: int = 0
    total: int | None = None
    report: Report | None = None
    error: str | None = None
    wait_seconds: float = 0


class Job(Schema, Stamped, frozen=True, kw_only=True):
    """Work that takes longer than a request, done piece by piece."""

    id: JobIdentifier
    kind: Kind
    entity_id: Annotated[
        str, Meta(description="The id of the document that it works on; `all` for a check of everything.")
    ]
    state: Annotated[JobState, Meta(description="How far the job is.")]
    progress: Annotated[int, Meta(description="Units of work that are done.")]
    total: Annotated[int | None, Meta(description="Units of work in all; null when that is not known.")]
    report: Annotated[
        Report, Meta(description="Counts and rows that the work has brought so far; which ones depends on `kind`.")
    ]
    error: Annotated[str | None, Meta(description="Why it failed, as a code for programs; null when it did not.")]
    args: Annotated[Args, Meta(description="What it was started with; which values depends on `kind`.")]
    allowed_transitions: AllowedTransitions


class JobQuery(CreationQuery, frozen=True, kw_only=True):
    """Newest first; state and kind narrow."""

    state: Annotated[JobState, Meta(description="Only jobs in this state.")] | None = None
    kind: Annotated[Kind, Meta(description="Only jobs of this kind.")] | None = None
