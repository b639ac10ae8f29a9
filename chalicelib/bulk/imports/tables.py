"""Imports and their failed rows. The file is in the bucket (bulk/objects.py)."""

from chalicelib.bulk.imports.schemas import (
    ImportQuery,
    ImportRowChoice,
    ImportRowError,
    ImportStage,
    ImportState,
)
from chalicelib.bulk.objects import KEPT_DAYS
from chalicelib.bulk.schemas import BulkKey, BulkOnError, BulkProblem, CsvSeparator
from chalicelib.kernel.dynamo.attributes import Choice, Flag, Moment, Struct, Text, Whole
from chalicelib.kernel.dynamo.model import Document, Row, meta
from chalicelib.kernel.months import MONTHS
from chalicelib.kernel.privacy import BUSINESS, ONE_YEAR_DAYS, USAGE, Partitions, Persons, Retention
from chalicelib.kernel.views import Filter, View

_NEEDED_NO_MORE = "An imported file is in the documents; a week leaves time to correct rows"


class Import(Document):
    """Access: by id (the month is in it); by month, newest first.

    offset, row: how far the file is read at this stage; they and the counts are written in the transaction of the rows
    that they count. object_version: the uploaded version that was there at the start. Limit: 1,000 write units a second
    for a tenant and month, and a row of the file takes a tenth of one.
    """

    Meta = meta("imports")
    entity = "import"
    persons = Persons(("customers", "vendors"), Partitions.MONTHS, objects=("upload_key", "errors_key"))
    kind = Text(BUSINESS)
    mapping: Struct[dict[str, str | None]] = Struct(BUSINESS, dict[str, str | None], null=True)
    separator: Choice[CsvSeparator] = Choice(BUSINESS, CsvSeparator, null=True)
    on_error: Choice[BulkOnError] = Choice(BUSINESS, BulkOnError)
    dry_run = Flag(BUSINESS)
    matched_by: Choice[BulkKey] = Choice(BUSINESS, BulkKey)
    state: Choice[ImportState] = Choice(BUSINESS, ImportState)
    stage: Choice[ImportStage] = Choice(BUSINESS, ImportStage, null=True)
    job_id = Text(BUSINESS, null=True)
    started_by = Text(USAGE, null=True)
    upload_key = Text(BUSINESS, null=True)
    object_version = Text(BUSINESS, null=True)
    size = Whole(BUSINESS, null=True)
    offset = Whole(BUSINESS, null=True)
    row = Whole(BUSINESS, null=True)
    rows_total = Whole(BUSINESS, null=True)
    has_repeats = Flag(BUSINESS, null=True)
    done = Whole(BUSINESS)
    created = Whole(BUSINESS)
    updated = Whole(BUSINESS)
    unchanged = Whole(BUSINESS)
    failed = Whole(BUSINESS)
    problem: Struct[BulkProblem] = Struct(BUSINESS, BulkProblem, null=True)
    errors_key = Text(BUSINESS, null=True)
    retention = (
        Retention("import_files", KEPT_DAYS, "created_at", _NEEDED_NO_MORE, releases="upload_key"),
        Retention("import_error_files", KEPT_DAYS, "created_at", _NEEDED_NO_MORE, releases="errors_key"),
        Retention(
            "imports",
            ONE_YEAR_DAYS,
            "created_at",
            "Who imported what is asked for a year; the journal keeps the changes themselves",
            by_ttl=True,
        ),
    )


class FailedRow(Row):
    """Access: by import, in the order of the file. No cell of the row is in it."""

    Meta = meta("import_rows")
    partition = Text(BUSINESS, hash_key=True)
    row = Whole(BUSINESS, range_key=True)
    errors: Struct[list[ImportRowError]] = Struct(BUSINESS, list[ImportRowError])
    created_at = Moment(USAGE)
    retention = Retention(
        rule="import_rows",
        days=KEPT_DAYS,
        since="created_at",
        basis="Errors of rows are of no use without their file",
        by_ttl=True,
    )


VIEWS: tuple[View[ImportQuery], ...] = (
    View(
        lambda request: Import.partition == request.tenant.key(request.bucket),
        filters=("state", "kind"),
        newest_first=True,
        buckets=MONTHS,
    ),
)
ROW_VIEWS: tuple[View[ImportRowChoice], ...] = (
    View(
        lambda request: FailedRow.partition == request.tenant.key(str(request.query.import_id)),
        needs=frozenset({"import_id"}),
        filters=(Filter("outcome", lambda row, outcome: True),),  # only failed rows are kept
    ),
)
