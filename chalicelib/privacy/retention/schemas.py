"""What the API says about retention."""

from datetime import datetime
from enum import StrEnum

import msgspec

from chalicelib.kernel.lists import PageQuery


class RetentionRunState(StrEnum):
    RUNNING = "running"
    FINISHED = "finished"


class RuleCounts(msgspec.Struct, frozen=True, kw_only=True):
    """What one rule did: `selected` rows were due; of these some were `deleted`, or had what they hold `released`;
    `skipped` changed meanwhile and are not due any more; `failed` ones come again in the next run."""

    rule: str
    selected: int = 0
    deleted: int = 0
    released: int = 0
    failed: int = 0
    skipped: int = 0


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What one invocation of the sweep came to. `outcome`: finished; paused, to be gone on with by the next one;
    busy, because another one is at work; or not_due, because the clock came again on the same day."""

    outcome: str
    dry_run: bool
    run_id: str | None
    rules: list[RuleCounts]


class RetentionRun(msgspec.Struct, frozen=True, kw_only=True):
    """One sweep, as far as your own data goes. A dry run only counts what would be due."""

    id: str
    dry_run: bool
    state: RetentionRunState
    started_at: datetime
    finished_at: datetime | None
    rules: list[RuleCounts]


class RetentionRule(msgspec.Struct, frozen=True, kw_only=True):
    """Rows of `table` are kept `days` days after `since`; then they go, or only what `releases` names goes."""

    rule: str
    table: str
    days: int
    since: str
    releases: str | None
    basis: str


class RetentionRules(msgspec.Struct, frozen=True):
    data: list[RetentionRule]


class RunQuery(PageQuery, frozen=True, kw_only=True):
    """Newest first."""
