"""Writes as many rows as one transaction holds. An error in one row does not keep the others from being written."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import msgspec

from chalicelib.bulk.kinds import Kind, Upserted
from chalicelib.bulk.schemas import BulkKey, BulkRowOutcome, BulkRowResult
from chalicelib.kernel import capacity
from chalicelib.kernel.call import Call
from chalicelib.kernel.errors import Contention, DomainError, FieldError, TooManyActions
from chalicelib.kernel.use_case import UseCase, commit, dry_run
from chalicelib.kernel.work import Work

R = TypeVar("R", bound=msgspec.Struct)
Also = Callable[[Work, Sequence[BulkRowResult]], None]
"""Adds to the work what belongs in the same transaction as these results."""
MOST_ROWS = 48
"""Rows that are tried in one transaction. A new document with one unique value takes two of its 100 actions."""


@dataclass(frozen=True, slots=True)
class Entry(Generic[R]):
    """A row of a request or file. row: None when it could not be read. errors: why it cannot be written."""

    index: int
    row: R | None
    errors: Sequence[FieldError] = ()


class _RowRefusedError(Exception):
    """One row of a transaction cannot be written."""

    def __init__(self, index: int, error: DomainError) -> None:
        super().__init__(error.code)
        self.index = index
        self.error = error


class _CollisionError(Exception):
    """A row writes what an earlier row of the transaction writes or depends on; it has to be written after that."""

    def __init__(self, index: int) -> None:
        super().__init__(index)
        self.index = index


def most_rows(kind: Kind[Any]) -> int:
    """How many rows of the kind are tried in one transaction."""
    return kind.most_rows or MOST_ROWS


def collides(work: Work) -> bool:
    """Whether two writes are to the same row of a table, which no transaction may have."""
    names = [action.ref for action in work.actions]
    return len(set(names)) < len(names)


def write(
    call: Call, kind: Kind[R], entries: Sequence[Entry[R]], key: BulkKey, also: Also | None = None, source: str = ""
) -> list[BulkRowResult]:
    """Writes the first entries, as many as fit, in one transaction, and returns their results. A dry run writes
    nothing. Contention when the store is too busy; nothing is written then. source: the id of their import."""
    part = _together(kind, entries[: most_rows(kind)])
    bad = {entry.index: list(entry.errors) for entry in part if entry.errors}
    run = dry_run if call.is_dry_run else commit
    while True:
        decide: UseCase[Any, list[BulkRowResult]] = UseCase(kind.event, _decision(kind, part, bad, key, also, source))
        try:
            return run(call, decide)
        except Contention:
            raise
        except _RowRefusedError as refused:
            bad[refused.index] = errors_of(refused.error, refused.index)
        except _CollisionError as collision:
            part = [entry for entry in part if entry.index < collision.index]
        except DomainError as error:
            good = [entry.index for entry in part if entry.index not in bad]
            culprits = good if len(good) == 1 else _named(error, good)
            if not good:
                raise
            if isinstance(error, TooManyActions) and len(part) > 1:
                # The errors of others in the part may be what does not fit.
                culprits = []
            if not culprits:
                part = part[: max(1, len(part) // 2)]
            bad |= {index: errors_of(error, index) for index in culprits}


def _together(kind: Kind[R], entries: Sequence[Entry[R]]) -> list[Entry[R]]:
    """The first entries, up to one that refers to an earlier one of them, which has to be written before."""
    part: list[Entry[R]] = []
    earlier: set[tuple[str, str]] = set()
    for entry in entries:
        if entry.row is not None:
            if not earlier.isdisjoint(kind.needs(entry.row)):
                break
            earlier.update((name.partition("/")[0], value) for name, value in kind.unique(entry.row))
        part.append(entry)
    return part


def errors_of(error: DomainError, index: int) -> list[FieldError]:
    """Why a row is refused, with pointers that begin at the row."""
    prefix = f"/{index}"
    own = [each for each in error.errors if _row_of(each) in (None, index)]
    found = own or [FieldError("", error.code, error.detail)]
    return [msgspec.structs.replace(each, pointer=_within(each.pointer, prefix)) for each in found]


def _within(pointer: str, prefix: str) -> str:
    return pointer.removeprefix(prefix) if pointer == prefix or pointer.startswith(f"{prefix}/") else pointer


def _named(error: DomainError, good: Sequence[int]) -> list[int]:
    """The rows that a refusal of the whole transaction is about; empty when it does not say."""
    if isinstance(error, TooManyActions):
        return []
    named = {_row_of(each) for each in error.errors}
    return [index for index in good if index in named]


def _row_of(error: FieldError) -> int | None:
    """The row that a pointer begins at; None when it begins at none."""
    first = error.pointer.split("/")[1:2]
    return int(first[0]) if first and first[0].isdecimal() else None


def _decision(
    kind: Kind[R],
    part: Sequence[Entry[R]],
    bad: dict[int, list[FieldError]],
    key: BulkKey,
    also: Also | None,
    source: str,
) -> Callable[[Work], list[BulkRowResult]]:
    def decide(work: Work) -> list[BulkRowResult]:
        if kind.together is not None:
            results = _written_together(work, kind, kind.together, part, bad, source)
        else:
            results = _written_one_by_one(work, kind, part, bad, key)
        if also is not None:
            also(work, results)
        return results

    return decide


def _written_one_by_one(
    work: Work, kind: Kind[R], part: Sequence[Entry[R]], bad: dict[int, list[FieldError]], key: BulkKey
) -> list[BulkRowResult]:
    results: list[BulkRowResult] = []

    def apply(entry: Entry[R]) -> None:
        if entry.row is None or entry.index in bad:
            results.append(_failed(kind, entry, bad[entry.index]))
        else:
            results.append(_upserted(work, kind, entry.index, entry.row, key))
            if collides(work):
                raise _CollisionError(entry.index)

    kind.prepare(work, [entry.row for entry in part if entry.row is not None and entry.index not in bad], key)
    capacity.apply_while_room(work, part, apply, reserve=1 + len(bad))
    return results


def _written_together(
    work: Work,
    kind: Kind[R],
    together: Callable[[Work, Mapping[int, R], str], list[Upserted]],
    part: Sequence[Entry[R]],
    bad: dict[int, list[FieldError]],
    source: str,
) -> list[BulkRowResult]:
    rows = {entry.index: entry.row for entry in part if entry.row is not None and entry.index not in bad}
    written = together(work, rows, source) if rows else []
    done = {
        index: BulkRowResult(index=index, key=kind.code(rows[index]), outcome=outcome, id=identifier)
        for index, (outcome, identifier) in zip(rows, written, strict=True)
    }
    return [done.get(entry.index) or _failed(kind, entry, bad[entry.index]) for entry in part]


def _upserted(work: Work, kind: Kind[R], index: int, row: R, key: BulkKey) -> BulkRowResult:
    try:
        outcome, identifier = kind.write(work, row, key, f"/{index}")
    except Contention:
        raise
    except DomainError as error:
        raise _RowRefusedError(index, error) from error
    return BulkRowResult(index=index, key=kind.code(row), outcome=outcome, id=identifier)


def _failed(kind: Kind[R], entry: Entry[R], errors: list[FieldError]) -> BulkRowResult:
    code = None if entry.row is None else kind.code(entry.row)
    return BulkRowResult(index=entry.index, key=code, outcome=BulkRowOutcome.FAILED, errors=errors)
