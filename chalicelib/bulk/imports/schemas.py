"""API schemas of imports."""

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from chalicelib.bulk.schemas import (
    BulkKey,
    BulkOnError,
    BulkProblem,
    DownloadLink,
    KeyField,
    KindName,
    OnErrorField,
    SeparatorField,
)
from chalicelib.jobs.schemas import JobIdentifier
from chalicelib.kernel import ids
from chalicelib.kernel.pages import CreationQuery, PageQuery
from chalicelib.kernel.schemas import AllowedTransitions, Schema, Stamped
from chalicelib.kernel.texts import line

ImportId = Annotated[str, ids.described("imp", "the import")]
ColumnTitle = Annotated[str, line(200)]
ColumnMapping = Annotated[
    dict[str, ColumnTitle | None],
    Meta(
        max_length=200,
        description="What the file calls a column, to our name of it, as in the template; to null for a column to pass "
        "over. Columns with our names need no entry.",
        examples=[{"Article no.": "sku", "Remarks": None}],
    ),
]
DryRun = Annotated[
    bool, Meta(description="Whether the rows are only checked: every error is told, and nothing is written.")
]


class ImportState(StrEnum):
    """`awaiting_upload`: upload the file and start it. `running`: a job works on the rows. `done`: all rows are
    written, or have failed. `failed`: given up, see `problem`. `cancelled`: stopped by a caller."""

    AWAITING_UPLOAD = "awaiting_upload"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class ImportStage(StrEnum):
    """`counting`: rows are counted, and compared with one another. `checking`: rows are checked and not written, in a
    dry run or before all are written. `writing`: rows are written."""

    COUNTING = "counting"
    CHECKING = "checking"
    WRITING = "writing"


class NewImport(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A file to import. With `all_or_nothing` all rows are checked first, and written only if none has an error; they
    are written in parts, so a worker that ends in between leaves the first parts until it goes on."""

    kind: KindName
    mapping: ColumnMapping = {}
    separator: Annotated[SeparatorField | None, Meta(description="Null to detect it from the header.")] = None
    on_error: OnErrorField = BulkOnError.SKIP_ROWS
    dry_run: DryRun = False
    key: KeyField = BulkKey.CODE


class ImportUpload(msgspec.Struct, frozen=True, kw_only=True):
    """A form to upload the file with: a POST as `multipart/form-data` with all `fields`, then the file as the last
    field, named `file`."""

    url: Annotated[str, Meta(description="Where the form is sent; no token is needed.")]
    fields: Annotated[dict[str, str], Meta(description="The fields of the form, to be sent as they are.")]
    most_bytes: Annotated[int, Meta(description="The largest file that is accepted, in bytes.")]
    expires_in: Annotated[int, Meta(description="For how many seconds the form is accepted.")]


class ImportProgress(msgspec.Struct, frozen=True, kw_only=True):
    """How far the rows are. Each row is counted once, also when a worker ended in between and another one went on."""

    stage: Annotated[ImportStage | None, Meta(description="What is done with the rows; null before the start.")]
    rows_total: Annotated[int | None, Meta(description="Rows of the file; null until they are counted.")]
    done: Annotated[int, Meta(description="Rows that this stage is through with.")]
    created: Annotated[int, Meta(description="Rows that made a new document, or would.")]
    updated: Annotated[int, Meta(description="Rows that changed a document, or would.")]
    unchanged: Annotated[int, Meta(description="Rows whose document has these values already.")]
    failed: Annotated[int, Meta(description="Rows that were not written because of errors.")]


class Import(Schema, Stamped, frozen=True, kw_only=True):
    """A file whose rows are created or changed."""

    id: ImportId
    kind: KindName
    mapping: ColumnMapping
    separator: Annotated[
        SeparatorField | None, Meta(description="What separates the cells; null to detect it from the header.")
    ]
    on_error: OnErrorField
    dry_run: DryRun
    key: KeyField
    state: Annotated[ImportState, Meta(description="How far the import is.")]
    job_id: Annotated[JobIdentifier | None, Meta(description="The job that works on the rows; null before the start.")]
    progress: Annotated[ImportProgress, Meta(description="How far the rows are.")]
    problem: Annotated[BulkProblem | None, Meta(description="Why it has failed; null when it has not.")]
    upload: Annotated[
        ImportUpload | None,
        Meta(description="How to upload the file; null after the start, in lists, and for who may not import."),
    ]
    error_file: Annotated[
        DownloadLink | None,
        Meta(
            description="The failed rows as a file, with their errors in two more columns; import it again after "
            "correcting it. Null without failed rows, before the end, in lists, and after seven days."
        ),
    ]
    allowed_transitions: AllowedTransitions


class ImportQuery(CreationQuery, frozen=True, kw_only=True):
    """Newest first; state and kind narrow."""

    state: Annotated[ImportState, Meta(description="Only imports in this state.")] | None = None
    kind: Annotated[KindName, Meta(description="Only imports of this kind.")] | None = None


class ImportRowOutcome(StrEnum):
    """What became of a row. Only failed rows are kept."""

    FAILED = "failed"


class ImportRowsQuery(PageQuery, frozen=True, kw_only=True):
    """In the order of the file."""

    outcome: Annotated[ImportRowOutcome, Meta(description="Only rows with this outcome.")] | None = None


class ImportRowError(msgspec.Struct, frozen=True, kw_only=True):
    """One error of a row."""

    column: Annotated[str, Meta(description="What the file calls the column; empty when it is about the whole row.")]
    code: Annotated[str, Meta(description="The kind of error, for programs.", examples=["required"])]
    message: Annotated[str, Meta(description="What to do, for people.")]


class ImportRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the file that was not written."""

    row: Annotated[int, Meta(description="The number of the row, as a spreadsheet shows it; the header is 1.")]
    outcome: Annotated[ImportRowOutcome, Meta(description="What became of the row.")]
    errors: Annotated[list[ImportRowError], Meta(description="All errors of the row.")]


class ImportTemplateQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which template."""

    kind: KindName


class TemplateColumn(msgspec.Struct, frozen=True, kw_only=True):
    """A column that a file may have."""

    name: Annotated[str, Meta(description="Its name in the header.", examples=["price.amount"])]
    description: Annotated[str, Meta(description="What it holds.")]
    example: Annotated[str, Meta(description="A cell of it; empty when there is none.")]
    choices: Annotated[list[str], Meta(description="All accepted values; empty when there are other ones too.")]
    most: Annotated[
        int | None,
        Meta(description="Of a list: up to which number the column may be repeated; null when it is no list."),
    ]


class ImportTemplate(msgspec.Struct, frozen=True, kw_only=True):
    """What a file to import looks like."""

    kind: KindName
    columns: Annotated[list[TemplateColumn], Meta(description="All columns; leave out those that you do not need.")]
    csv: Annotated[str, Meta(description="A file with all columns and an example, to be saved as it is.")]


class ImportRowChoice(ImportRowsQuery, frozen=True, kw_only=True):
    """The rows of one import, so that a cursor of another one is refused."""

    import_id: str | UnsetType = UNSET
