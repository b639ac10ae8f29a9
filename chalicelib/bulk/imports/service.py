"""Imports: preparing, starting, showing and ending them. What works on the rows is worker.py."""

from pynamodb.expressions.update import Action as UpdateAction

from chalicelib.access import permissions
from chalicelib.bulk import fields, kinds, objects
from chalicelib.bulk.imports import events, files, tables, templates
from chalicelib.bulk.imports.errors import NothingUploaded
from chalicelib.bulk.imports.files import Opened
from chalicelib.bulk.imports.schemas import (
    Import,
    ImportProgress,
    ImportQuery,
    ImportRow,
    ImportRowChoice,
    ImportRowOutcome,
    ImportRowsQuery,
    ImportStage,
    ImportState,
    ImportTemplate,
    ImportUpload,
    NewImport,
)
from chalicelib.bulk.imports.states import IMPORT
from chalicelib.bulk.objects import Version
from chalicelib.bulk.schemas import BulkProblem, DownloadLink
from chalicelib.jobs import service as jobs
from chalicelib.kernel import ids, quotas, visibility
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo.actions import Ref
from chalicelib.kernel.errors import BadRequest, FieldError, Forbidden, Invalid, NotFound
from chalicelib.kernel.lists import paginate
from chalicelib.kernel.mapping import to_struct
from chalicelib.kernel.pages import Page
from chalicelib.kernel.quotas import Allowance
from chalicelib.kernel.tenant import Tenant
from chalicelib.kernel.use_case import use_case
from chalicelib.kernel.work import Work

KIND = "import.run"
IMPORTS = Allowance("imports", "day", 200, "Files that are imported.")
"""An import may write 100,000 rows."""
_UPLOADED = "file.csv"


@use_case(events.CREATED)
def create(work: Work, command: NewImport) -> Import:
    """Prepares an import. Invalid for an unknown kind, key or column; Forbidden for who may not write the kind;
    QuotaReached after enough imports today."""
    _check(work.call, command)
    quotas.take(work, IMPORTS)
    import_id = work.new_id("imp")
    row = tables.Import(
        partition=ref(work.tenant, import_id).hash_key,
        id=import_id,
        kind=command.kind,
        mapping=command.mapping or None,
        separator=command.separator,
        on_error=command.on_error,
        dry_run=command.dry_run,
        matched_by=command.key,
        state=ImportState.AWAITING_UPLOAD,
        upload_key=objects.key_of(work.tenant, import_id, _UPLOADED),
        done=0,
        created=0,
        updated=0,
        unchanged=0,
        failed=0,
    )
    return view(work.call, work.create(row), with_links=True)


def _check(call: Call, command: NewImport) -> None:
    kind = kinds.declared(command.kind)
    if kind is None:
        says = f"Choose one of: {', '.join(kinds.names())}."
        raise Invalid(errors=[FieldError("/kind", "unknown_kind", says)])
    permissions.require(call, kind.write)
    loaded = kinds.load(command.kind)
    problems = []
    if command.key not in loaded.keys:
        says = f"Choose one of: {', '.join(loaded.keys)}."
        problems.append(FieldError("/key", "not_one_of", says))
    known = fields.of(loaded.row)
    for title, name in command.mapping.items():
        if name is not None and fields.find(known, name, title) is None:
            at = title.replace("~", "~0").replace("/", "~1")
            problems.append(FieldError(f"/mapping/{at}", "unknown_column", "The template has no such column."))
    if problems:
        raise Invalid(errors=problems)


def uploaded(call: Call, import_id: str) -> Version:
    """The file of an import that can be started, after a look at its header. NotFound, Forbidden, TransitionRefused;
    NothingUploaded; Invalid when the file is too large or its columns do not fit."""
    row = _readable(call, visibility.load_visible(call, tables.Import, *_key(call.tenant, import_id)))
    _require_write(call, row)
    IMPORT.require(row, "start")
    version = None if row.upload_key is None else objects.find(row.upload_key)
    if version is None:
        raise NothingUploaded("Send the file to `upload.url` first.")
    if version.size > objects.MOST_UPLOAD_BYTES:
        raise Invalid(errors=[FieldError("/file", "too_large", "A file may have 50 MB.")])
    _check_columns(call, row, files.opened(row, version))
    return version


def _check_columns(call: Call, row: tables.Import, file: Opened) -> None:
    """Invalid for each column of a field that the caller may not set."""
    hidden = kinds.load(row.kind).hidden_from(call.roles)
    columns = [each for each in file.header.columns if each is not None and each.field.name in hidden]
    problems = [kinds.not_allowed(f"/columns/{each.name}") for each in columns]
    if problems:
        raise Invalid("The file has columns that you may not set; map them to null.", errors=problems)


@use_case(events.STARTED)
def start(work: Work, import_id: str, file: Version) -> Import:
    """Starts the job that works on the rows of this version of the file. NotFound, TransitionRefused."""
    row = _readable(work.call, work.load(tables.Import, *_key(work.tenant, import_id)))
    IMPORT.take(row, "start")
    row.stage, row.started_by = ImportStage.COUNTING, work.call.actor
    row.object_version, row.size = file.id, file.size
    row.job_id = jobs.start(work, KIND, import_id)
    return view(work.call, work.save(row), with_links=True)


@use_case(events.CANCELLED)
def cancel(work: Work, import_id: str) -> Import:
    """Stops an import: the transaction at hand is its last. Rows that are written stay. NotFound, TransitionRefused."""
    row = _readable(work.call, work.load(tables.Import, *_key(work.tenant, import_id)))
    _require_write(work.call, row)
    _end(work, row, "cancel")
    return view(work.call, row, with_links=True)


@use_case(events.DONE)
def finish(work: Work, import_id: str, errors_key: str | None) -> None:
    """Ends an import whose rows are done, unless it has ended."""
    _end_running(work, import_id, "finish", *_errors(errors_key))


@use_case(events.FAILED)
def fail(work: Work, import_id: str, problem: BulkProblem, errors_key: str | None = None) -> None:
    """Gives an import up, unless it has ended."""
    _end_running(work, import_id, "fail", tables.Import.problem.set(problem), *_errors(errors_key))


@use_case(events.CANCELLED)
def stop(work: Work, import_id: str) -> None:
    """Ends an import whose job was stopped, unless it has ended."""
    _end_running(work, import_id, "cancel")


def _errors(errors_key: str | None) -> list[UpdateAction]:
    return [] if errors_key is None else [tables.Import.errors_key.set(errors_key)]


def _end_running(work: Work, import_id: str, step: str, *changes: UpdateAction) -> None:
    row = work.find(tables.Import, *_key(work.tenant, import_id))
    if row is not None and row.state is ImportState.RUNNING:
        _end(work, row, step, *changes)


def _end(work: Work, row: tables.Import, step: str, *changes: UpdateAction) -> None:
    """Ends an import by a step of its life. TransitionRefused. The worker goes on counting rows meanwhile."""
    IMPORT.take(row, step)
    work.amend(row, tables.Import.state.set(row.state), *changes, fields=["state"])


def read(call: Call, import_id: str) -> Import:
    """One import with its links. NotFound, also for who may not read the kind."""
    row = visibility.load_visible(call, tables.Import, *_key(call.tenant, import_id))
    return view(call, _readable(call, row), with_links=True)


def page(call: Call, query: ImportQuery) -> Page[Import]:
    """A page of imports, newest first, of the kinds that the caller may read."""
    rows, cursor = paginate(tables.Import, tables.VIEWS, call, query)
    return Page([view(call, row, with_links=False) for row in rows if kinds.may_read(call, row.kind)], cursor)


def failed_rows(call: Call, import_id: str, query: ImportRowsQuery) -> Page[ImportRow]:
    """A page of the failed rows of an import. NotFound."""
    read(call, import_id)
    choice = ImportRowChoice(import_id=import_id, limit=query.limit, cursor=query.cursor, outcome=query.outcome)
    rows, cursor = paginate(tables.FailedRow, tables.ROW_VIEWS, call, choice)
    shown = [ImportRow(row=row.row, outcome=ImportRowOutcome.FAILED, errors=row.errors) for row in rows]
    return Page(shown, cursor)


def template(call: Call, name: str) -> ImportTemplate:
    """The columns of a kind. BadRequest for an unknown one; Forbidden for who may not read the kind."""
    kind = kinds.declared(name)
    if kind is None:
        says = f"Choose one of: {', '.join(kinds.names())}."
        raise BadRequest(says, errors=[FieldError("/query/kind", "unknown_kind", says)])
    permissions.require(call, kind.read)
    return templates.of(call, name)


def ref(tenant: Tenant, import_id: str) -> Ref:
    """Names an import's row. NotFound for what cannot be its id."""
    if not ids.is_valid("imp", import_id):
        raise NotFound("There is no such import.")
    return Ref(tables.Import, tenant.key(ids.month(import_id)), import_id)


def _key(tenant: Tenant, import_id: str) -> tuple[str, str]:
    return ref(tenant, import_id).hash_key, import_id


def _readable(call: Call, row: tables.Import) -> tables.Import:
    """NotFound for who may not read documents of the kind."""
    if not kinds.may_read(call, row.kind):
        raise NotFound("There is no such import.")
    return row


def _may_write(call: Call, row: tables.Import) -> bool:
    kind = kinds.declared(row.kind)
    return kind is not None and all(permissions.is_allowed(call.roles, each) for each in ("import.write", kind.write))


def _require_write(call: Call, row: tables.Import) -> None:
    if not _may_write(call, row):
        raise Forbidden("Importing needs the permission to write documents of the kind.")


def view(call: Call, row: tables.Import, *, with_links: bool) -> Import:
    """The row as the API shows it; links are signed anew for whoever may use them."""
    counts = {name: getattr(row, name) for name in ImportProgress.__struct_fields__}
    return to_struct(
        row,
        Import,
        key=row.matched_by,
        progress=ImportProgress(**counts),
        upload=_upload(call, row) if with_links else None,
        error_file=_error_file(call, row) if with_links else None,
        allowed_transitions=IMPORT.allowed(row),
    )


def _upload(call: Call, row: tables.Import) -> ImportUpload | None:
    if row.state is not ImportState.AWAITING_UPLOAD or row.upload_key is None or not _may_write(call, row):
        return None
    url, form = objects.upload(row.upload_key)
    return ImportUpload(url=url, fields=form, most_bytes=objects.MOST_UPLOAD_BYTES, expires_in=objects.UPLOAD_SECONDS)


def _error_file(call: Call, row: tables.Import) -> DownloadLink | None:
    """It has the cells of the uploaded file: for whoever uploaded it, and for who may see all fields of the kind."""
    is_own = row.created_by == call.actor
    if row.errors_key is None or not (is_own or not kinds.load(row.kind).hidden_from(call.roles)):
        return None
    return objects.link(row.errors_key, f"{row.kind}-errors.csv", row.created_at)
