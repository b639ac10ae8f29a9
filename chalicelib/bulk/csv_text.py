"""CSV by RFC 4180. Lines are written with CRLF; read are CRLF and LF, quoted line breaks, UTF-8 with or without BOM.

A file is read in ranges of bytes, and every record knows where it ends, so that reading can go on there later.
"""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from chalicelib.bulk.schemas import CsvSeparator

BOM = b"\xef\xbb\xbf"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
RANGE_BYTES = 1024 * 1024
MOST_RECORD_BYTES = 120_000
"""Longer records are refused: most often a quote was not closed."""
_QUOTE = b'"'
_LIKE_A_FORMULA = re.compile(r"'*[=+\-@\t\r\n]")
_QUOTED = re.compile(r'"[^"]*"?')
ReadRange = Callable[[int, int], bytes]
"""The bytes of a file from one offset up to another."""


class CsvRefusedError(Exception):
    """The file cannot be read as CSV from this record on."""

    def __init__(self, code: str, says: str, row: int) -> None:
        super().__init__(says)
        self.code = code
        self.says = says
        self.row = row


@dataclass(frozen=True, slots=True)
class Position:
    """How far a file is read: so many bytes and records, the header and blank lines counted."""

    offset: int
    row: int


@dataclass(frozen=True, slots=True)
class Record:
    """The cells of one record, and the position after it, whose `row` is its number as a spreadsheet shows it."""

    cells: list[str]
    end: Position


def guarded(text: str) -> str:
    """The text with an apostrophe before it when a spreadsheet would take it for a formula. Apostrophes before such a
    text are kept apart from ours, so that `unguarded` always returns what was given."""
    return f"'{text}" if _LIKE_A_FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """The text without the apostrophe of `guarded`."""
    return text[1:] if text.startswith("'") and _LIKE_A_FORMULA.match(text) else text


def line(cells: Sequence[str], separator: CsvSeparator) -> str:
    """One line of a file. A single empty cell is quoted, because a blank line is not a record."""
    if list(cells) == [""]:
        return '""\r\n'
    return separator.join(_cell(cell, separator) for cell in cells) + "\r\n"


def table(rows: Iterable[Sequence[str]]) -> str:
    """A file for spreadsheets, the names of the columns first; no cell is taken for a formula."""
    return "".join(line([guarded(cell) for cell in row], CsvSeparator.COMMA) for row in rows)


def _cell(text: str, separator: CsvSeparator) -> str:
    plain = not any(mark in text for mark in ('"', "\r", "\n", separator)) and text == text.strip()
    return text if plain else '"{}"'.format(text.replace('"', '""'))


def begin(read: ReadRange, size: int) -> Position:
    """The position of the header. CsvRefusedError for UTF-16, which some programs call Unicode."""
    first = read(0, min(len(BOM), size)) if size else b""
    if first.startswith(_UTF_16):
        raise CsvRefusedError("wrong_encoding", "Save the file as CSV in UTF-8; this is UTF-16.", 1)
    return Position(len(BOM) if first == BOM else 0, 0)


def detected(header: str) -> CsvSeparator:
    """The separator of a header: whichever is there more often outside of quotes."""
    bare = _QUOTED.sub("", header)
    return max(CsvSeparator, key=lambda each: (bare.count(each), each is CsvSeparator.COMMA))


def header(read: ReadRange, size: int, separator: CsvSeparator | None) -> tuple[list[str], CsvSeparator, Position]:
    """The names of the columns, the separator, and the position of the first row. CsvRefusedError when there is no
    header or it cannot be read."""
    for raw, end in _raw(read, size, begin(read, size)):
        text = _text(raw, end.row)
        if text:
            chosen = separator or detected(text)
            return [unguarded(cell.strip()) for cell in _cells(text, chosen, end.row)], chosen, end
    raise CsvRefusedError("no_header", "The file is empty; its first line names the columns.", 1)


def records(read: ReadRange, size: int, start: Position, separator: CsvSeparator) -> Iterator[Record]:
    """The records from a position on, without blank lines. CsvRefusedError at the first that cannot be read."""
    for raw, end in _raw(read, size, start):
        text = _text(raw, end.row)
        if text:
            yield Record(_cells(text, separator, end.row), end)


def _raw(read: ReadRange, size: int, start: Position) -> Iterator[tuple[bytes, Position]]:
    """The bytes of each record. A line break belongs to a cell as long as the number of quotes before it is odd; quotes
    are one byte in UTF-8, and part of no other character."""
    parts: list[bytes] = []
    length, quotes, offset, row = 0, 0, start.offset, start.row
    fetched = start.offset
    while fetched < size:
        chunk = read(fetched, min(fetched + RANGE_BYTES, size))
        fetched += len(chunk)
        *lines, rest = chunk.split(b"\n")
        for each in lines:
            parts.append(each)
            length += len(each) + 1
            quotes += each.count(_QUOTE)
            _check_length(length, row + 1)
            if quotes % 2 == 0:
                offset, row = offset + length, row + 1
                yield b"".join(parts), Position(offset, row)
                parts, length, quotes = [], 0, 0
            else:
                parts.append(b"\n")
        parts.append(rest)
        length += len(rest)
        quotes += rest.count(_QUOTE)
        _check_length(length, row + 1)
    if quotes % 2:
        raise CsvRefusedError("malformed", "A quote is opened here and not closed.", row + 1)
    if length:
        yield b"".join(parts), Position(offset + length, row + 1)


def _check_length(length: int, row: int) -> None:
    if length > MOST_RECORD_BYTES:
        raise CsvRefusedError("row_too_long", "This row is longer than 120,000 bytes; is a quote not closed?", row)


def _text(raw: bytes, row: int) -> str:
    try:
        return raw.removesuffix(b"\r").decode()
    except UnicodeDecodeError:
        raise CsvRefusedError("wrong_encoding", "Save the file as CSV in UTF-8; here are other bytes.", row) from None


def _cells(text: str, separator: CsvSeparator, row: int) -> list[str]:
    try:
        return next(csv.reader([text], delimiter=separator.value, strict=True))
    except csv.Error:
        says = "Put a cell with quotes or line breaks in quotes, and double the quotes in it."
        raise CsvRefusedError("malformed", says, row) from None
