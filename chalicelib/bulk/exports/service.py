"""Exports: starting, showing and ending them. What writes the file is worker.py."""

from pynamodb.expressions.update import Action as UpdateAction

from chalicelib.access import permissions
from chalicelib.bulk import kinds, objects
from chalicelib.bulk.exports import events, tables
from chalicelib.bulk.exports.schemas import Export, ExportQuery, ExportState, NewExport
from chalicelib.bulk.exports.states import EXPORT
from chalicelib.bulk.schemas import BulkProblem, DownloadLink
from chalicelib.jobs import service as jobs
from chalicelib.kernel import ids, quotas, visibility
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo.actions import Ref
from chalicelib.kernel.errors import FieldError, Invalid, NotFound
from chalicelib.kernel.lists import paginate
from chalicelib.kernel.mapping import to_struct
from chalicelib.kernel.pages import Page
from chalicelib.kernel.quotas import Allowance
from chalicelib.kernel.tenant import Tenant
from chalicelib.kernel.use_case import use_case
from chalicelib.kernel.work import Work

KIND = "export.run"
EXPORTS = Allowance("exports", "day", 200, "Files that are exported.")
"""An export reads all documents of a kind."""


@use_case(events.STARTED)
def start(work: Work, command: NewExport) -> Export:
    """Starts an export as a job. Invalid for an unknown kind; Forbidden for who may not read the kind; QuotaReached
    after enough exports today."""
    kind = kinds.declared(command.kind)
    if kind is None or command.kind not in kinds.exported():
        says = f"Choose one of: {', '.join(kinds.exported())}."
        raise Invalid(errors=[FieldError("/kind", "unknown_kind", says)])
    permissions.require(work.call, kind.read)
    quotas.take(work, EXPORTS)
    export_id = work.new_id("exp")
    row = tables.Export(
        partition=ref(work.tenant, export_id).hash_key,
        id=export_id,
        kind=command.kind,
        separator=command.separator,
        status=command.status,
        hidden=kinds.load(command.kind).hidden_from(work.call.roles) or None,
        state=ExportState.RUNNING,
        job_id=jobs.start(work, KIND, export_id),
        part_count=0,
        rows=0,
    )
    return view(work.create(row))


@use_case(events.DONE)
def finish(work: Work, export_id: str, file_key: str) -> None:
    """Ends an export whose file is there, unless it has ended."""
    _end(work, export_id, "finish", tables.Export.file_key.set(file_key))


@use_case(events.FAILED)
def fail(work: Work, export_id: str, problem: BulkProblem) -> None:
    """Gives an export up, unless it has ended."""
    _end(work, export_id, "fail", tables.Export.problem.set(problem))


@use_case(events.CANCELLED)
def stop(work: Work, export_id: str) -> None:
    """Ends an export whose job was stopped, unless it has ended."""
    _end(work, export_id, "cancel")


def _end(work: Work, export_id: str, step: str, *changes: UpdateAction) -> None:
    """Ends a running export by a step of its life. The worker goes on counting rows meanwhile."""
    row = work.find(tables.Export, ref(work.tenant, export_id).hash_key, export_id)
    if row is not None and row.state is ExportState.RUNNING:
        EXPORT.take(row, step)
        work.amend(row, tables.Export.state.set(row.state), *changes, fields=["state"])


def read(call: Call, export_id: str) -> Export:
    """One export with the link to its file. NotFound, also for who may not read the kind, or not all fields that are in
    the file."""
    row = visibility.load_visible(call, tables.Export, ref(call.tenant, export_id).hash_key, export_id)
    if not _is_readable(call, row):
        raise NotFound("There is no such export.")
    return view(row, with_link=True)


def page(call: Call, query: ExportQuery) -> Page[Export]:
    """A page of exports, newest first, of what the caller may read."""
    rows, cursor = paginate(tables.Export, tables.VIEWS, call, query)
    return Page([view(row) for row in rows if _is_readable(call, row)], cursor)


def _is_readable(call: Call, row: tables.Export) -> bool:
    """Whether the caller may read the kind, and all fields that are in the file."""
    if not kinds.may_read(call, row.kind):
        return False
    return set(kinds.load(row.kind).hidden_from(call.roles)) <= set(row.hidden or ())


def ref(tenant: Tenant, export_id: str) -> Ref:
    """Names an export's row. NotFound for what cannot be its id."""
    if not ids.is_valid("exp", export_id):
        raise NotFound("There is no such export.")
    return Ref(tables.Export, tenant.key(ids.month(export_id)), export_id)


def view(row: tables.Export, *, with_link: bool = False) -> Export:
    """The row as the API shows it; the link is signed anew."""
    return to_struct(row, Export, file=_file(row) if with_link else None)


def _file(row: tables.Export) -> DownloadLink | None:
    return None if row.file_key is None else objects.link(row.file_key, f"{row.kind}.csv", row.created_at)
