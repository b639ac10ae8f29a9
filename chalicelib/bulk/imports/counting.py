"""The first stage of an import: counts the rows and finds those that repeat a value of an earlier one.

It reads the whole file once. What it remembers is a hash for each value that must be unique, a few megabytes for the
largest file; repeats are stored as a file, for all parts of the import.
"""

import hashlib
from dataclasses import dataclass

import msgspec

from chalicelib.bulk import csv_text, kinds, objects, rows
from chalicelib.bulk.csv_text import CsvRefusedError
from chalicelib.bulk.imports.files import Opened
from chalicelib.bulk.imports.tables import Import
from chalicelib.kernel.errors import FieldError
from chalicelib.kernel.tenant import Tenant

MOST_ROWS = 100_000
_REPEATS = "repeats.json"
_HASH_BYTES = 12


@dataclass(frozen=True, slots=True)
class Counted:
    """rows_total: rows of the file. repeats: by row, the pointers to values that an earlier row has."""

    rows_total: int
    repeats: dict[int, list[str]]


def count(row: Import, file: Opened) -> Counted:
    """Reads all rows. CsvRefusedError when the file cannot be read to its end or has too many rows."""
    kind = kinds.load(row.kind)
    seen: set[bytes] = set()
    repeats: dict[int, list[str]] = {}
    total = 0
    version = file.version
    for record in csv_text.records(version.read, version.size, file.start, file.separator):
        if not any(record.cells):
            continue
        total += 1
        if total > MOST_ROWS:
            raise CsvRefusedError("too_many_rows", f"A file may have {MOST_ROWS:,} rows; divide it.", record.end.row)
        found = rows.valid(kind.row, file.header, record.cells)
        for pointer, value in kind.unique(found) if found is not None else ():
            name = f"{pointer.partition('/')[0]}\n{value}"
            digest = hashlib.sha256(name.encode()).digest()[:_HASH_BYTES]
            if digest in seen:
                repeats.setdefault(record.end.row, []).append(pointer)
            seen.add(digest)
    return Counted(total, repeats)


def keep(tenant: Tenant, import_id: str, repeats: dict[int, list[str]]) -> None:
    """Stores the repeats of a file."""
    objects.put(objects.key_of(tenant, import_id, _REPEATS), msgspec.json.encode(repeats))


def kept(tenant: Tenant, import_id: str) -> dict[int, list[FieldError]]:
    """The stored repeats of a file: by row, its errors."""
    content = objects.get(objects.key_of(tenant, import_id, _REPEATS))
    found = msgspec.json.decode(content, type=dict[int, list[str]])
    return {row: [kinds.twice(pointer) for pointer in pointers] for row, pointers in found.items()}
