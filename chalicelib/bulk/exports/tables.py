"""Exports. Their files are in the bucket (bulk/objects.py)."""

from chalicelib.bulk.exports.schemas import ExportQuery, ExportState
from chalicelib.bulk.objects import KEPT_DAYS
from chalicelib.bulk.schemas import BulkProblem, CsvSeparator
from chalicelib.kernel.dynamo.attributes import Choice, Struct, Text, Whole
from chalicelib.kernel.dynamo.model import Document, meta
from chalicelib.kernel.lifecycle import LifecycleStatus
from chalicelib.kernel.months import MONTHS
from chalicelib.kernel.privacy import BUSINESS, ONE_YEAR_DAYS, Partitions, Persons, Retention
from chalicelib.kernel.views import View


class Export(Document):
    """Access: by id (the month is in it); by month, newest first.

    hidden: fields of rows that the caller may not see. after: the id of the last document that was read. part_count:
    how many files of read rows there are. members: the members of lists and maps that the rows have, by field.
    Limit: 1,000 write units a second for a tenant and month.
    """

    Meta = meta("exports")
    entity = "export"
    persons = Persons(("customers", "vendors"), Partitions.MONTHS, objects=("file_key",))
    kind = Text(BUSINESS)
    separator: Choice[CsvSeparator] = Choice(BUSINESS, CsvSeparator)
    status: Choice[LifecycleStatus] = Choice(BUSINESS, LifecycleStatus, null=True)
    hidden: Struct[list[str]] = Struct(BUSINESS, list[str], null=True)
    state: Choice[ExportState] = Choice(BUSINESS, ExportState)
    job_id = Text(BUSINESS)
    after = Text(BUSINESS, null=True)
    part_count = Whole(BUSINESS)
    rows = Whole(BUSINESS)
    members: Struct[dict[str, list[str]]] = Struct(BUSINESS, dict[str, list[str]], null=True)
    problem: Struct[BulkProblem] = Struct(BUSINESS, BulkProblem, null=True)
    file_key = Text(BUSINESS, null=True)
    retention = (
        Retention(
            "export_files",
            KEPT_DAYS,
            "created_at",
            "An exported file is downloaded soon, and can be made again",
            releases="file_key",
        ),
        Retention(
            "exports",
            ONE_YEAR_DAYS,
            "created_at",
            "Who took documents out is asked for a year; the journal keeps it",
            by_ttl=True,
        ),
    )


VIEWS: tuple[View[ExportQuery], ...] = (
    View(
        lambda request: Export.partition == request.tenant.key(request.bucket),
        filters=("state", "kind"),
        newest_first=True,
        buckets=MONTHS,
    ),
)
