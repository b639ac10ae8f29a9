"""What the sweep stores: its lease and checkpoint, its runs, and the counts of each tenant."""

from chalicelib.kernel.dynamo.attributes import Choice, Flag, Moment, Struct, Text, Whole
from chalicelib.kernel.dynamo.model import Row, meta
from chalicelib.kernel.months import MONTHS
from chalicelib.kernel.privacy import BUSINESS, USAGE
from chalicelib.kernel.tenant import PLATFORM
from chalicelib.kernel.views import View
from chalicelib.privacy.retention.schemas import RetentionRunState, RunQuery


class RetentionLease(Row):
    """The lease on the sweep and the checkpoint of its run, which is written with every page, in its transaction.

    Access: by name; two rows, one for sweeps and one for dry runs. marks: the day up to which each rule by TTL, or of
    a table with day buckets, is swept. swept_at: when the last finished run began.
    """

    Meta = meta("leases")
    partition = Text(BUSINESS, hash_key=True)
    name = Text(BUSINESS, range_key=True)
    owner = Text(USAGE, null=True)
    until = Moment(USAGE, null=True)
    run_id = Text(BUSINESS, null=True)
    rule = Text(BUSINESS, null=True)
    position = Text(BUSINESS, null=True)
    swept_at = Moment(USAGE, null=True)
    marks: Struct[dict[str, str]] = Struct(BUSINESS, dict[str, str], null=True)


class RetentionRunRow(Row):
    """One sweep over all tenants, under the platform. Access: by month, newest first. One a day."""

    Meta = meta("retention_runs")
    partition = Text(BUSINESS, hash_key=True)
    id = Text(BUSINESS, range_key=True)
    dry_run = Flag(BUSINESS)
    state: Choice[RetentionRunState] = Choice(BUSINESS, RetentionRunState)
    started_at = Moment(USAGE)
    finished_at = Moment(USAGE, null=True)
    rules: Struct[list[str]] = Struct(BUSINESS, list[str])


class RetentionCount(Row):
    """What one run did to one tenant's data by one rule; there is no row when it found none. Access: by tenant and run.

    The totals of a run are stored under the platform.
    """

    Meta = meta("retention_counts")
    partition = Text(BUSINESS, hash_key=True)
    rule = Text(BUSINESS, range_key=True)
    selected = Whole(BUSINESS, default=0)
    deleted = Whole(BUSINESS, default=0)
    released = Whole(BUSINESS, default=0)
    failed = Whole(BUSINESS, default=0)
    skipped = Whole(BUSINESS, default=0)


def totals(run_id: str) -> str:
    """The partition of a run's totals."""
    return PLATFORM.key("totals", run_id)


VIEWS: tuple[View[RunQuery], ...] = (
    # A run is of all tenants; the tenant only binds the cursor.
    View(lambda request: RetentionRunRow.partition == PLATFORM.key(request.bucket), newest_first=True, buckets=MONTHS),
)
