"""Reads rows of an import's file and writes or checks them, one transaction at a time."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from chalicelib.bulk import batches, csv_text, kinds, rows
from chalicelib.bulk.batches import Entry
from chalicelib.bulk.csv_text import Position
from chalicelib.bulk.imports import counting, events, service, tables
from chalicelib.bulk.imports.files import Opened
from chalicelib.bulk.imports.schemas import ImportRowError, ImportStage, ImportState
from chalicelib.bulk.schemas import BulkRowOutcome, BulkRowResult
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo.model import Item
from chalicelib.kernel.errors import Contention, FieldError
from chalicelib.kernel.use_case import commit, use_case
from chalicelib.kernel.work import Work


class StoppedError(Contention):
    """The import was cancelled, or another worker has gone on with it."""


@dataclass(frozen=True, slots=True)
class _Line:
    """A row of the file: what is to be written, where it ends, and pointer to column."""

    entry: Entry[Any]
    end: Position
    places: dict[str, str]


class Reading:
    """The rows of a file from where the import stands. `row` is kept as it is stored."""

    def __init__(self, call: Call, row: tables.Import, file: Opened) -> None:
        self._call = call
        self._row = row
        self._file = file
        self._kind = kinds.load(row.kind)
        self._repeats = counting.kept(call.tenant, row.id) if row.has_repeats else {}
        version, start = file.version, Position(row.offset or 0, row.row or 0)
        self._records = csv_text.records(version.read, version.size, start, file.separator)
        self._lines: deque[_Line] = deque()

    def advance(self) -> bool:
        """Writes or checks the next rows, as many as one transaction holds. False when there are none. StoppedError."""
        self._fill()
        if not self._lines:
            return False
        entries = [line.entry for line in self._lines]
        if self._row.stage is ImportStage.WRITING:
            results = batches.write(
                self._call, self._kind, entries, self._row.matched_by, also=self._add, source=self._row.id
            )
        else:
            dry = replace(self._call, is_dry_run=True)
            results = batches.write(dry, self._kind, entries, self._row.matched_by, source=self._row.id)
            commit(self._call, _note, self, results)
        self._move_on(results)
        return True

    def _fill(self) -> None:
        while len(self._lines) < batches.most_rows(self._kind):
            record = next(self._records, None)
            if record is None:
                return
            if any(record.cells):
                found, errors, places = rows.read(self._kind.row, self._file.header, record.cells)
                number = record.end.row
                problems = errors or self._repeats.get(number, [])
                self._lines.append(_Line(Entry(number, found, problems), record.end, places))

    def _add(self, work: Work, results: Sequence[BulkRowResult]) -> None:
        """Adds to the transaction of rows how far the file is read then, the counts and the errors."""
        row, model = self._row, tables.Import
        end = self._lines[len(results) - 1].end
        counts = {outcome: sum(each.outcome is outcome for each in results) for outcome in BulkRowOutcome}
        added = [getattr(model, outcome.value).add(number) for outcome, number in counts.items() if number]
        here = (model.offset == row.offset) & (model.stage == row.stage) & (model.state == ImportState.RUNNING)
        work.change(
            service.ref(work.tenant, row.id),
            model.offset.set(end.offset),
            model.row.set(end.row),
            model.done.add(len(results)),
            *added,
            condition=here,
            on_condition_failed=_stopped,
        )
        for line, result in zip(self._lines, results, strict=False):
            if result.errors:
                work.overwrite(self._failed(work, line, result.errors))
        if work.mention("import", row.id):
            work.annotate(event=events.ADVANCED)

    def _failed(self, work: Work, line: _Line, errors: Sequence[FieldError]) -> tables.FailedRow:
        told = [
            ImportRowError(
                column=self._file.header.title(each.pointer, line.places), code=each.code, message=each.message
            )
            for each in errors
        ]
        partition = work.tenant.key(self._row.id)
        return tables.FailedRow(partition=partition, row=line.entry.index, errors=told, created_at=work.now)

    def _move_on(self, results: Sequence[BulkRowResult]) -> None:
        row = self._row
        for result in results:
            end = self._lines.popleft().end
            row.offset, row.row = end.offset, end.row
            row.done += 1
            setattr(row, result.outcome.value, getattr(row, result.outcome.value) + 1)


@use_case(events.ADVANCED)
def _note(work: Work, reading: Reading, results: Sequence[BulkRowResult]) -> None:
    reading._add(work, results)


def _stopped(_: Item | None) -> StoppedError:
    return StoppedError()
