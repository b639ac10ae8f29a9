"""The uploaded file of an import, and how its rows are read."""

from chalicelib.bulk import csv_text, kinds, rows
from chalicelib.bulk.csv_text import CsvRefusedError, Position
from chalicelib.bulk.imports.tables import Import
from chalicelib.bulk.objects import Version
from chalicelib.bulk.rows import Header
from chalicelib.bulk.schemas import CsvSeparator
from chalicelib.kernel.errors import FieldError, Invalid


class Opened:
    """A file whose header is read. start: the position of its first row."""

    def __init__(self, version: Version, titles: list[str], header: Header, separator: CsvSeparator, start: Position):
        self.version = version
        self.titles = titles
        self.header = header
        self.separator = separator
        self.start = start


def opened(row: Import, version: Version) -> Opened:
    """Reads the header of an import's file. Invalid when it cannot be read, or when its columns do not fit."""
    kind = kinds.load(row.kind)
    try:
        titles, separator, start = csv_text.header(version.read, version.size, row.separator)
    except CsvRefusedError as refused:
        raise Invalid(errors=[FieldError("/file", refused.code, refused.says)]) from refused
    return Opened(
        version, titles, rows.header(kind.row, titles, row.mapping or {}, kind.keys[row.matched_by]), separator, start
    )
