"""One transaction of a job that works on a large document: which lines it moves, and which it leaves out."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import msgspec

from chalicelib.catalog.items import service as items
from chalicelib.identity.tenants import service as tenants
from chalicelib.inventory.documents import line_moves, posting, rules, tables
from chalicelib.inventory.documents.document_schemas import LineRefusal, StockDocumentKind
from chalicelib.inventory.documents.line_moves import Mover
from chalicelib.inventory.documents.posting import Moving, Sources
from chalicelib.inventory.documents.repository import Document
from chalicelib.inventory.documents.tables import Arriving, DocumentLine
from chalicelib.inventory.periods.errors import PeriodClosed
from chalicelib.inventory.stock import moves
from chalicelib.inventory.stock.moves import Move
from chalicelib.jobs.staged import room
from chalicelib.kernel.errors import FieldError, collected
from chalicelib.kernel.work import Work


class Step:
    """day: on which the lines happened. actor: who has asked for it."""

    def __init__(self, work: Work, document: Document, day: date, actor: str) -> None:
        self._work = work
        self._document = document
        self._day = day
        self._actor = actor
        self._refused: dict[int, LineRefusal] = {}

    def post(self, lines: Sequence[DocumentLine]) -> int:
        """Posts the first lines, as many as there is room for, and returns how many."""
        row, source, mover = self._read(lines)
        there = posting.there(self._work, lines, source.places)
        self._refuse(rules.moved_since(lines, there, _pointer))
        settled = [line_moves.settled(line, there[line.line]) if line.line in there else line for line in lines]
        if posting.takes_in(row):
            self._refuse_archived(lines)
        done = self._move([(line, mover.of_line(line, _pointer(line))) for line in settled], source)
        for line in done:
            row.on_its_way = ((row.on_its_way or 0) + bool(row.sent and line.on_its_way)) or None
            put(self._document, line if line.unposted is None else msgspec.structs.replace(line, arrived=Decimal(0)))
        return len(done)

    def take_in(self, lines: Sequence[DocumentLine]) -> int:
        """Takes in what arrives of the first lines, as many as there is room for, and returns how many."""
        _, source, mover = self._read(lines)
        arriving = {line.line: line.arriving for line in lines if line.arriving}
        known = [msgspec.structs.replace(line, unposted=None) for line in lines]
        done = self._move(
            [(line, mover.of_arrival(line, arriving[line.line], self._day, _pointer(line))) for line in known], source
        )
        for line in done:
            if line.unposted is None:
                take_in(self._document, line, arriving[line.line])
            else:
                put(self._document, msgspec.structs.replace(line, arriving=None))
        return len(done)

    def _read(self, lines: Sequence[DocumentLine]) -> tuple[tables.StockDocument, Sources, Mover]:
        row, source = self._document.row, posting.existing(self._work, lines)
        return row, source, Mover(row, source.places, tenants.today(self._work), actor=self._actor)

    def _move(self, moving: Sequence[Moving], source: Sources) -> list[DocumentLine]:
        """Moves the stock of the first lines and returns these; those that cannot be moved are told why."""
        work = self._work
        is_transfer = self._document.row.kind is StockDocumentKind.TRANSFER
        place = "to_location_id" if is_transfer else "location_id"
        self._refuse(rules.move_errors([move for _, each in moving for move in each], source.items, place))
        try:
            posting.require_open(work, self._day)
        except PeriodClosed as closed:
            self._refuse([FieldError(_pointer(line), closed.code, closed.detail) for line, _ in moving])
        chosen = self._chosen(moving, source)
        kept = self._without_short([each for each in chosen if each[0].line not in self._refused])
        after = {line.line: line for line in posting.moved(work, self._document.row, kept, source)}
        work.annotate(subjects=sorted({line.item_id for line, _ in kept}))
        return [
            after.get(line.line) or msgspec.structs.replace(line, unposted=self._refused[line.line])
            for line, _ in chosen
        ]

    def _chosen(self, moving: Sequence[Moving], source: Sources) -> Sequence[Moving]:
        """The first lines, as many as there is room for, and one at least."""
        requested: list[Move] = []
        for count, (line, each) in enumerate(moving):
            requested += [] if line.line in self._refused else each
            if count and rules.actions(requested, source.items) > room(self._work):
                return moving[:count]
        return moving

    def _without_short(self, moving: list[Moving]) -> list[Moving]:
        """The lines of which there is enough, the first ones first."""
        if not moves.shortages(self._work, [move for _, each in moving for move in each]):
            return moving
        kept: list[Moving] = []
        requested: list[Move] = []
        for line, each in moving:
            if short := moves.shortages(self._work, [*requested, *each]):
                self._refused[line.line] = LineRefusal(code="insufficient_stock", message=short[-1].sentence())
            else:
                kept.append((line, each))
                requested += each
        return kept

    def _refuse(self, errors: Sequence[FieldError]) -> None:
        for error in errors:
            number = int(error.pointer.split("/")[2]) + 1
            self._refused.setdefault(number, LineRefusal(code=error.code, message=error.message))

    def _refuse_archived(self, lines: Sequence[DocumentLine]) -> None:
        """Refuses goods of items that were archived since the command was accepted."""
        problems: list[FieldError] = []
        with collected(problems):
            items.active(self._work, [(line.item_id, _pointer(line)) for line in lines])
        self._refuse(problems)


def take_in(document: Document, line: DocumentLine, arriving: Arriving) -> None:
    """Notes in a transfer that a part of a line has arrived."""
    document.row.has_arrived = True
    after = line_moves.arrived(line, arriving)
    if document.row.line_count and not after.on_its_way:
        document.row.on_its_way = (document.row.on_its_way or 0) - 1 or None
    put(document, after)


def put(document: Document, line: DocumentLine) -> None:
    """Replaces a line, and counts those that were left out."""
    before = document.lines.get([line.line])[line.line]
    change = (line.unposted is not None) - (before.unposted is not None)
    document.row.unposted_lines = ((document.row.unposted_lines or 0) + change) or None
    document.lines.put(line)


def _pointer(line: DocumentLine) -> str:
    return f"/lines/{line.line - 1}"
