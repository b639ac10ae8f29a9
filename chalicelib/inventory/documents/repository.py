"""Reads and writes stock documents with their lines, which lie in the document's row or, of a large one, in parts."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from chalicelib.inventory.documents import partial, tables
from chalicelib.inventory.documents.document_schemas import (
    PREFIXES,
    SHOWN_LINES,
    StockDocument,
    StockDocumentLine,
    StockDocumentSummary,
)
from chalicelib.inventory.documents.states import STOCK_DOCUMENT
from chalicelib.inventory.documents.tables import PART_LINES, DocumentLine, StockDocumentPart
from chalicelib.kernel import ids
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.dynamo.store import Ref
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.mapping import merged, to_struct
from chalicelib.kernel.tenant import Tenant
from chalicelib.kernel.visibility import load_visible
from chalicelib.kernel.work import Work


class Lines:
    """The lines of a document by number, within a use case. Those of a large one are read part by part, and parts in
    which a line was replaced are written by `save`."""

    def __init__(self, work: Work, row: tables.StockDocument) -> None:
        self._work = work
        self._row = row
        self._parts: dict[int, list[DocumentLine]] = {} if row.line_count else {0: list(row.lines)}
        self._changed: set[int] = set()

    @property
    def count(self) -> int:
        """How many lines the document has."""
        return self._row.line_count or len(self._parts[0])

    def get(self, numbers: Iterable[int]) -> dict[int, DocumentLine]:
        """The lines with these numbers, without those that do not exist."""
        wanted = [number for number in numbers if 1 <= number <= self.count]
        self._read({self._part_of(number) for number in wanted})
        found = {number: self._parts[self._part_of(number)] for number in wanted}
        return {number: lines[(number - 1) % PART_LINES] for number, lines in found.items()}

    def of_part(self, part: int) -> list[DocumentLine]:
        """The lines of a part."""
        self._read({part})
        return self._parts[part]

    def all(self) -> list[DocumentLine]:
        """All lines."""
        parts = range(part_count(self.count))
        self._read(set(parts))
        return [line for part in parts for line in self._parts[part]]

    def put(self, line: DocumentLine) -> None:
        """Replaces a line that was read."""
        part = self._part_of(line.line)
        self._parts[part][(line.line - 1) % PART_LINES] = line
        self._changed.add(part)

    def replace(self, lines: list[DocumentLine], *, is_large: bool) -> None:
        """Gives a new document its lines."""
        self._row.line_count = len(lines) if is_large else None
        self._parts = {0: lines}
        if is_large:
            parts = range(part_count(len(lines)))
            self._parts = {part: lines[part * PART_LINES : (part + 1) * PART_LINES] for part in parts}
        self._changed = set(self._parts)

    def append(self, lines: list[DocumentLine]) -> None:
        """Adds lines to a large document, in the order of their numbers, which go on from its last one."""
        self._row.line_count = (self._row.line_count or 0) + len(lines)
        self._read({self._part_of(line.line) for line in lines})
        for line in lines:
            self._parts[self._part_of(line.line)].append(line)
            self._changed.add(self._part_of(line.line))

    def save(self) -> None:
        """Adds what has changed to the work."""
        if self._row.line_count is None:
            self._row.lines = self._parts[0]
            return
        self._row.lines = []
        for part in sorted(self._changed):
            name = tables.part_ref(self._work.tenant, self._row.id, part)
            row = StockDocumentPart(partition=name.hash_key, number=name.range_key, lines=self._parts[part])
            self._work.overwrite(row)

    def _part_of(self, number: int) -> int:
        return (number - 1) // PART_LINES if self._row.line_count else 0

    def _read(self, parts: set[int]) -> None:
        missing = sorted(parts - self._parts.keys())
        refs = [tables.part_ref(self._work.tenant, self._row.id, part) for part in missing]
        for part, row in zip(missing, self._work.read(*refs), strict=True):
            self._parts[part] = list(row.lines) if isinstance(row, StockDocumentPart) else []


@dataclass(frozen=True, slots=True)
class Document:
    """A document with its lines."""

    row: tables.StockDocument
    lines: Lines


def part_count(lines: int) -> int:
    """In how many parts so many lines lie."""
    return (lines + PART_LINES - 1) // PART_LINES


def ref(tenant: Tenant, document_id: str) -> Ref:
    """The key of a document. NotFound when the id is not valid for one."""
    if not ids.is_valid(f"(?:{'|'.join(PREFIXES)})", document_id):
        raise NotFound("There is no such stock document.")
    return tables.document_ref(tenant, document_id)


def load(work: Work, document_id: str, *, match: bool = True, in_part: bool = False) -> Document:
    """The document. NotFound; Forbidden for callers who see only a part of it, unless that is enough (`in_part`);
    PreconditionFailed with `match` when If-Match does not match."""
    name = ref(work.tenant, document_id)
    key = name.hash_key, name.range_key
    row = work.load(tables.StockDocument, *key)
    if not in_part:
        partial.require_whole(work.call, row)
    if match:
        work.match(row)
    return Document(row, Lines(work, row))


def save(work: Work, document: Document) -> None:
    """Writes the document and what has changed of its lines. A new one claims its number."""
    row = document.row
    document.lines.save()
    if row.version is None:
        work.create(row)
        work.claim(tables.NUMBER, row.number, row.id, "/number")
    else:
        work.save(row)


def read(call: Call, document_id: str) -> StockDocument:
    """One document. NotFound."""
    row = _visible(call, document_id)
    most = SHOWN_LINES if partial.is_whole(call, row) else row.line_count or 0
    return view(call, row, _stored(call.tenant, row, 1, most) if row.line_count else row.lines)


def lines_after(call: Call, document_id: str, after: int) -> Iterator[DocumentLine]:
    """The lines of a document after a number that the caller sees, in their order. NotFound."""
    row = _visible(call, document_id)
    if row.line_count is None:
        yield from partial.lines(call, row, row.lines[after:])
        return
    for first in range(after + 1 - after % PART_LINES, row.line_count + 1, PART_LINES):
        part = [line for line in _stored(call.tenant, row, first, PART_LINES) if line.line > after]
        yield from partial.lines(call, row, part)


def lines_of(call: Call, row: tables.StockDocument) -> list[DocumentLine]:
    """All lines of a document, of a large one in a round trip for each 100 parts."""
    return _stored(call.tenant, row, 1, row.line_count) if row.line_count else row.lines


def _visible(call: Call, document_id: str) -> tables.StockDocument:
    name = ref(call.tenant, document_id)
    return load_visible(call, tables.StockDocument, name.hash_key, name.range_key)


def _stored(tenant: Tenant, row: tables.StockDocument, first: int, most: int) -> list[DocumentLine]:
    """Up to so many lines of a large document, from the first of a part on."""
    parts = range((first - 1) // PART_LINES, part_count(min(first + most - 1, row.line_count or 0)))
    refs = [tables.part_ref(tenant, row.id, part) for part in parts]
    items = store.get_many(refs)
    return [line for each in refs if (item := items[each]) for line in StockDocumentPart.read(item).lines][:most]


def view(call: Call, row: tables.StockDocument, lines: list[DocumentLine]) -> StockDocument:
    """The API's representation of a document that begins with these lines; of one of which the caller sees only a part,
    they have to be all lines."""
    seen = partial.lines(call, row, lines)
    shown = to_struct(
        row,
        StockDocument,
        lines=[view_line(line) for line in seen[:SHOWN_LINES]],
        allowed_transitions=STOCK_DOCUMENT.allowed(row),
        **_counts(row),
    )
    return partial.document(call, row, shown, seen)


def view_line(line: DocumentLine) -> StockDocumentLine:
    """The API's representation of a line."""
    return merged(StockDocumentLine, line)


def summaries(call: Call, rows: Sequence[tables.StockDocument]) -> list[StockDocumentSummary]:
    """The API's representations of documents in a list."""
    in_part = {row.id: lines_of(call, row) for row in rows if not partial.is_whole(call, row)}
    seen = partial.lines_of_many(call, in_part)
    return [
        partial.head(call, row, to_struct(row, StockDocumentSummary, **_counts(row)), seen.get(row.id, ()))
        for row in rows
    ]


def _counts(row: tables.StockDocument) -> dict[str, object]:
    return {
        "line_count": row.line_count or len(row.lines),
        "unposted_lines": row.unposted_lines or 0,
        "job_id": row.job_id,
    }
