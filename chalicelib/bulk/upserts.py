"""The one way in which bulk endpoints answer, whatever their rows are."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import msgspec

from chalicelib.bulk import batches, events, kinds
from chalicelib.bulk.batches import Entry
from chalicelib.bulk.kinds import Kind
from chalicelib.bulk.schemas import BulkKey, BulkOnError, BulkResult, BulkRowResult, counts
from chalicelib.edge.endpoint import Request
from chalicelib.kernel.call import Call
from chalicelib.kernel.errors import Contention, FieldError, Invalid
from chalicelib.kernel.idempotency import Answer
from chalicelib.kernel.use_case import UseCase, use_case
from chalicelib.kernel.work import Work

R = TypeVar("R", bound=msgspec.Struct)


def answer(
    request: Request[Any, Any], kind: Kind[R], rows: Sequence[R], field: str, on_error: BulkOnError, key: BulkKey
) -> Answer[BulkResult]:
    """Writes the rows of a request and returns what became of each. field: the name of the list in the body.

    `all_or_nothing`: in one transaction; raises Invalid with the errors of all rows, or TooManyActions. `skip_rows`:
    in as many as needed; the answer is stored at the end, and repeating the request until then changes nothing.
    """
    if on_error is BulkOnError.ALL_OR_NOTHING:
        together: UseCase[Any, BulkResult] = UseCase(kind.event, lambda work: _all(work, kind, rows, field, key))
        return request.commit(together)
    if request.is_dry_run:
        return request.answer(_skipping(request, kind, rows, key))
    return request.stored() or request.commit(_finish, _skipping(request, kind, rows, key))


def _all(work: Work, kind: Kind[R], rows: Sequence[R], field: str, key: BulkKey) -> BulkResult:
    """Adds all rows to the work. Invalid with the errors of every row."""
    repeats = _refused(work.call, kind, dict(enumerate(rows)))
    problems = [_at(each, f"/{field}/{index}") for index, errors in repeats.items() for each in errors]
    results = []
    kind.prepare(work, rows, key)
    for index, row in enumerate(rows):
        if index in repeats:
            continue
        try:
            outcome, identifier = kind.write(work, row, key, f"/{field}/{index}")
        except Contention:
            raise
        except Invalid as error:
            problems += error.errors
        else:
            if batches.collides(work):
                says = "An earlier row writes the same, or what this one depends on; send it in a request after it."
                raise Invalid(errors=[*problems, FieldError(f"/{field}/{index}", "repeated", says)])
            results.append(BulkRowResult(index=index, key=kind.code(row), outcome=outcome, id=identifier))
    if problems:
        raise Invalid(errors=problems)
    return _summary(results, dry_run=work.call.is_dry_run)


def _refused(call: Call, kind: Kind[R], rows: Mapping[int, R]) -> dict[int, list[FieldError]]:
    """By row: an error for each value that an earlier row has, and for each field that the caller may not set."""
    found = kinds.repeated(kind, rows.items())
    for index, errors in kinds.forbidden(kind, call.roles, rows.items()).items():
        found.setdefault(index, []).extend(errors)
    return found


def _at(error: FieldError, pointer: str) -> FieldError:
    return FieldError(f"{pointer}{error.pointer}", error.code, error.message)


def _skipping(request: Request[Any, Any], kind: Kind[R], rows: Sequence[R], key: BulkKey) -> BulkResult:
    call, bad = request.call.without_precondition(), request.bad_rows
    positions = [index for index in range(len(rows) + len(bad)) if index not in bad]
    found = dict(zip(positions, rows, strict=True))
    repeats = _refused(call, kind, found)
    entries: list[Entry[R]] = [
        Entry(index, found.get(index), repeats.get(index) or bad.get(index, ()))
        for index in range(len(rows) + len(bad))
    ]
    results: list[BulkRowResult] = []
    while len(results) < len(entries):
        results += batches.write(call, kind, entries[len(results) :], key)
    return _summary(results, dry_run=request.is_dry_run)


@use_case(events.FINISHED)
def _finish(work: Work, result: BulkResult) -> BulkResult:
    """Stores the answer of a `skip_rows` request. The rows are written before."""
    work.annotate(entity="bulk_upsert", entity_id=work.new_id("blk"))
    return result


def _summary(rows: list[BulkRowResult], *, dry_run: bool) -> BulkResult:
    return BulkResult(dry_run=dry_run, rows=rows, **counts(row.outcome for row in rows))
