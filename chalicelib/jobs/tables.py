"""Jobs: one row each, in the month they were made."""

from pynamodb.indexes import GlobalSecondaryIndex

from chalicelib.jobs.schemas import Args, JobQuery, JobState, Report
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo.attributes import Choice, Flag, Moment, Packed, Struct, Text, Whole
from chalicelib.kernel.dynamo.model import Document, index_meta, meta
from chalicelib.kernel.months import MONTHS
from chalicelib.kernel.privacy import BUSINESS, USAGE
from chalicelib.kernel.views import View


class ByOpen(GlobalSecondaryIndex["Job"]):
    Meta = index_meta("by_open")
    open = Text(BUSINESS, hash_key=True)
    due = Text(USAGE, range_key=True)


class Job(Document):
    """Access: by id (the month is in it); by month, newest first; open ones without a sign of life (sparse index).

    scope_ids: the parts of the tenant that its document belongs to; missing means that it may concern all.
    lease: names the worker that runs it, until `leased_until`. due: when the reconciler queues it again.
    must_finish: its document waits for it, so it is never cancelled and never given up.
    Limit: 1,000 write units a second a tenant and month.
    """

    Meta = meta("jobs")
    entity = "job"
    kind = Text(BUSINESS)
    entity_id = Text(BUSINESS)
    state: Choice[JobState] = Choice(BUSINESS, JobState)
    progress = Whole(BUSINESS)
    total = Whole(BUSINESS, null=True)
    report: Packed[Report] = Packed(BUSINESS, Report, null=True)
    error = Text(BUSINESS, null=True)
    args: Struct[Args] = Struct(BUSINESS, Args, null=True)
    lease = Text(USAGE, null=True)
    leased_until = Moment(USAGE, null=True)
    failures = Whole(BUSINESS, null=True)
    must_finish = Flag(BUSINESS, null=True)
    open = Text(BUSINESS, null=True)
    due = Moment(USAGE, null=True)
    scope_ids: Struct[list[str]] = Struct(BUSINESS, list[str], null=True)
    by_open = ByOpen()

    def is_visible_to(self, call: Call) -> bool:
        return call.scope_ids is None or (self.scope_ids is not None and call.sees(*self.scope_ids))


VIEWS: tuple[View[JobQuery], ...] = (
    View(
        lambda request: Job.partition == request.tenant.key(request.bucket),
        filters=("state", "kind"),
        newest_first=True,
        buckets=MONTHS,
    ),
)
