"""What the API says about jobs, and what a job's handler gets and gives."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.kernel.lists import PageQuery

Scalar = str | int | bool | None
Report = dict[str, Scalar | list[dict[str, Scalar]]]
Args = dict[str, Scalar]


class JobState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


OPEN = frozenset({JobState.QUEUED, JobState.RUNNING})


class Step(msgspec.Struct, frozen=True):
    """What one call of a handler came to. `progress` is the total so far; `error` ends the job as failed.

    `report` holds counts and rows of plain values, never personal data; None keeps the report of the step before.
    wait_seconds: not to be called again before.
    """

    done: bool
    progress: int = 0
    total: int | None = None
    report: Report | None = None
    error: str | None = None
    wait_seconds: float = 0


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """Long work. `entity_id` names what it works on; `progress` of `total` units are done (total may be unknown)."""

    id: str
    kind: str
    entity_id: str
    state: JobState
    progress: int
    total: int | None
    report: Report
    error: str | None
    args: Args
    allowed_transitions: list[str]
    version: int
    created_at: datetime
    created_by: str
    updated_at: datetime
    updated_by: str


class JobQuery(PageQuery, frozen=True, kw_only=True):
    """Newest first; state and kind narrow."""

    state: JobState | None = None
    kind: Annotated[str, Meta(pattern=r"^[a-z0-9_.]{1,64}$", examples=["sales_order.confirm"])] | None = None
