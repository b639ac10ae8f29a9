"""Works on the rows of an import, piece by piece.

What a transaction writes, how far the file is read then, and the counts are one commit, under the condition that nobody
has read further meanwhile. So a worker that takes over begins behind the last row that was written, and each row is
counted once, as what it was when it was written.
"""

from dataclasses import replace

from pynamodb.expressions.update import Action as UpdateAction

from chalicelib.bulk import objects
from chalicelib.bulk.csv_text import CsvRefusedError
from chalicelib.bulk.imports import counting, error_file, files, service, tables
from chalicelib.bulk.imports.files import Opened
from chalicelib.bulk.imports.reading import Reading, StoppedError
from chalicelib.bulk.imports.schemas import ImportStage, ImportState
from chalicelib.bulk.objects import Version
from chalicelib.bulk.schemas import BulkOnError, BulkProblem
from chalicelib.jobs import registry
from chalicelib.jobs.schemas import Job, Step
from chalicelib.kernel import clock
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.errors import Invalid
from chalicelib.kernel.use_case import commit

PIECE_SECONDS = 8.0
"""A piece ends after this time and one transaction more; a job's lease lasts ten times as long."""


@registry.handler(service.KIND)
def step(call: Call, job: Job) -> Step:
    """Does one piece of an import; its row says where to go on."""
    row = _find(call, job.entity_id)
    if row is not None and row.state is ImportState.RUNNING:
        try:
            _work_on(replace(call, actor=row.started_by or call.actor), row, clock.monotonic() + PIECE_SECONDS)
        except StoppedError:
            pass  # cancelled, or another worker goes on; the row says which
        except CsvRefusedError as refused:
            problem = BulkProblem(code=refused.code, message=refused.says, row=refused.row)
            commit(call, service.fail, row.id, problem)
        row = _find(call, job.entity_id)
    if row is None or row.state is not ImportState.RUNNING:
        return Step(done=True, progress=job.progress if row is None else row.done)
    return Step(done=False, progress=row.done, total=row.rows_total)


def _find(call: Call, import_id: str) -> tables.Import | None:
    key = service.ref(call.tenant, import_id)
    return store.get(tables.Import, key.hash_key, import_id)


def _work_on(call: Call, row: tables.Import, deadline: float) -> None:
    """Goes on with the stage at hand until the deadline, by one step at least."""
    file = _opened(row)
    if row.stage is ImportStage.COUNTING:
        _count(call, row, file)
        return
    reading = Reading(call, row, file)
    while not _is_overtaken(row) and reading.advance():
        if clock.monotonic() >= deadline:
            return
    if _is_overtaken(row):
        _give_up(call, row, file, "changed_meanwhile", "A row that was in order no longer is; earlier rows stay.")
    else:
        _end_stage(call, row, file)


def _is_overtaken(row: tables.Import) -> bool:
    """Whether a row that was in order when it was checked could not be written, so that no further one is written."""
    return row.stage is ImportStage.WRITING and bool(row.failed) and row.on_error is BulkOnError.ALL_OR_NOTHING


def _opened(row: tables.Import) -> Opened:
    if row.upload_key is None or row.object_version is None or row.size is None:
        raise CsvRefusedError("file_gone", "The file is deleted after seven days; import it again.", 1)
    try:
        return files.opened(row, Version(row.upload_key, row.object_version, row.size))
    except Invalid as error:  # it was in order at the start, so a column is gone from the product
        raise CsvRefusedError("unknown_column", error.detail, 1) from error


def _count(call: Call, row: tables.Import, file: Opened) -> None:
    counted = counting.count(row, file)
    if counted.repeats:
        counting.keep(call.tenant, row.id, counted.repeats)
    is_checked_first = row.dry_run or row.on_error is BulkOnError.ALL_OR_NOTHING
    model = tables.Import
    _move(
        call,
        row,
        ImportStage.CHECKING if is_checked_first else ImportStage.WRITING,
        file,
        model.rows_total.set(counted.rows_total),
        model.has_repeats.set(bool(counted.repeats)),
    )


def _move(call: Call, row: tables.Import, stage: ImportStage, file: Opened, *changes: UpdateAction) -> None:
    """Begins a stage with the first row. It is not journaled, because nothing is written but how far the work is."""
    model = tables.Import
    counts = [getattr(model, name).set(0) for name in ("done", "created", "updated", "unchanged", "failed")]
    position = [model.offset.set(file.start.offset), model.row.set(file.start.row)]
    changed = [model.stage.set(stage), *position, *counts, *changes]
    condition = (model.state == ImportState.RUNNING) & (model.stage == row.stage)
    store.write(store.update(service.ref(call.tenant, row.id), changed, condition))


def _end_stage(call: Call, row: tables.Import, file: Opened) -> None:
    is_all = row.on_error is BulkOnError.ALL_OR_NOTHING and not row.dry_run
    if is_all and row.stage is ImportStage.CHECKING and not row.failed:
        _move(call, row, ImportStage.WRITING, file)
    elif is_all and row.failed:
        _give_up(call, row, file, "rows_failed", "Rows have errors, so nothing was written; correct them.")
    else:
        commit(call, service.finish, row.id, _kept_errors(call, row, file))


def _give_up(call: Call, row: tables.Import, file: Opened, code: str, says: str) -> None:
    commit(call, service.fail, row.id, BulkProblem(code=code, message=says), _kept_errors(call, row, file))


def _kept_errors(call: Call, row: tables.Import, file: Opened) -> str | None:
    """Stores the failed rows as a file and returns its key; None without failed rows."""
    if not row.failed:
        return None
    key = objects.key_of(call.tenant, row.id, "errors.csv")
    error_file.write(call.tenant, row, file, key)
    return key
