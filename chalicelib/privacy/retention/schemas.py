"""API schemas of retention."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.kernel import ids
from chalicelib.kernel.pages import PageQuery

RunId = Annotated[str, ids.described("ret", "the retention run")]
RuleName = Annotated[str, Meta(description="The name of the retention rule.", examples=["access_log"])]
DryRun = Annotated[bool, Meta(description="Whether it only counted what was due and deleted nothing.")]


class RetentionRunState(StrEnum):
    """`running`: not at its end yet, at work or paused until the next invocation. `finished`: all rules are done."""

    RUNNING = "running"
    FINISHED = "finished"


class RetentionRuleCounts(msgspec.Struct, frozen=True, kw_only=True):
    """How many rows one rule found and what was done with them."""

    rule: RuleName
    selected: Annotated[
        int, Meta(description="Rows that were due; of rules by the database, only those that it left.")
    ] = 0
    deleted: Annotated[int, Meta(description="Rows that were deleted.")] = 0
    released: Annotated[int, Meta(description="Rows that stay but lost the data that was due.")] = 0
    failed: Annotated[int, Meta(description="Rows that are left to the next run.")] = 0
    skipped: Annotated[int, Meta(description="Rows that changed meanwhile and are not due any more.")] = 0


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The result of one invocation of the sweep. `outcome`: finished; paused, then the next invocation goes on; busy,
    when another one is at work; or not_due, when the clock invokes it again on the same day."""

    outcome: str
    dry_run: bool
    run_id: str | None
    rules: list[RetentionRuleCounts]


class RetentionRun(msgspec.Struct, frozen=True, kw_only=True):
    """One run of the retention sweep, with what it did to your own data."""

    id: RunId
    dry_run: DryRun
    state: Annotated[RetentionRunState, Meta(description="Whether all rules are done.")]
    started_at: Annotated[datetime, Meta(description="When the run began.")]
    finished_at: Annotated[datetime | None, Meta(description="When the run ended; null until then.")]
    rules: Annotated[list[RetentionRuleCounts], Meta(description="The counts of every rule.")]


class RetentionDeletedBy(StrEnum):
    """`sweep`: the daily sweep, which counts. `database`: the database within a few days of the end, uncounted; once a
    week the sweep deletes and counts what it left. What is over is not shown meanwhile."""

    SWEEP = "sweep"
    DATABASE = "database"


class RetentionRule(msgspec.Struct, frozen=True, kw_only=True):
    """How long the rows of a table, or a part of them, are kept."""

    rule: RuleName
    table: Annotated[str, Meta(description="The table whose rows it is about.", examples=["access_log"])]
    days: Annotated[int, Meta(description="How many days they are kept.")]
    since: Annotated[str, Meta(description="The field that the days are counted from.", examples=["created_at"])]
    releases: Annotated[str | None, Meta(description="The only field that is deleted; null when the whole row is.")]
    deleted_by: Annotated[RetentionDeletedBy, Meta(description="What deletes the rows.")]
    basis: Annotated[str, Meta(description="Why they are kept this long.")]


class RetentionRules(msgspec.Struct, frozen=True):
    """Every rule of retention."""

    data: Annotated[list[RetentionRule], Meta(description="The rules, by name.")]


class RunQuery(PageQuery, frozen=True, kw_only=True):
    """Newest first."""
