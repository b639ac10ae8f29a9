"""API schemas of exports."""

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.bulk.schemas import BulkProblem, CsvSeparator, DownloadLink, KindName, SeparatorField
from chalicelib.jobs.schemas import JobIdentifier
from chalicelib.kernel import ids
from chalicelib.kernel.lifecycle import StatusFilter
from chalicelib.kernel.pages import CreationQuery
from chalicelib.kernel.schemas import Schema, Stamped

ExportId = Annotated[str, ids.described("exp", "the export")]


class ExportState(StrEnum):
    """`running`: a job writes the file. `done`: the file is there. `failed`: given up, see `problem`. `cancelled`: its
    job was stopped."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class NewExport(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Documents to export. The file has the columns of the template and can be imported again."""

    kind: KindName
    separator: SeparatorField = CsvSeparator.COMMA
    status: StatusFilter | None = None


class Export(Schema, Stamped, frozen=True, kw_only=True):
    """All documents of a kind as a file, in the order in which they were created."""

    id: ExportId
    kind: KindName
    separator: SeparatorField
    status: Annotated[StatusFilter | None, Meta(description="Only documents with this status; null for all.")]
    state: Annotated[ExportState, Meta(description="How far the export is.")]
    job_id: Annotated[JobIdentifier, Meta(description="The job that writes the file.")]
    rows: Annotated[int, Meta(description="Rows that are read so far.")]
    problem: Annotated[BulkProblem | None, Meta(description="Why it has failed; null when it has not.")]
    file: Annotated[
        DownloadLink | None,
        Meta(description="The file; null before the export is done, in lists, and after seven days."),
    ]


class ExportQuery(CreationQuery, frozen=True, kw_only=True):
    """Newest first; state and kind narrow."""

    state: Annotated[ExportState, Meta(description="Only exports in this state.")] | None = None
    kind: Annotated[KindName, Meta(description="Only exports of this kind.")] | None = None
