"""The failed rows of an import as a file: the cells as they were, the number of the row and its errors.

It can be imported again after correcting it, with the same mapping, because an import passes over the two columns.
"""

import re
import tempfile

from chalicelib.bulk import csv_text, objects, rows
from chalicelib.bulk.csv_text import BOM, guarded, unguarded
from chalicelib.bulk.fields import Column, Form
from chalicelib.bulk.imports.files import Opened
from chalicelib.bulk.imports.tables import FailedRow, Import
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.tenant import Tenant

_NUMBER = re.compile(r"-?[0-9]+([.,][0-9]+)?")
_IN_MEMORY_BYTES = 4 * 1024 * 1024


def write(tenant: Tenant, row: Import, file: Opened, key: str) -> None:
    """Reads the file again and stores its failed rows under the key, line by line."""
    version, separator = file.version, file.separator
    kept = [index for index, title in enumerate(file.titles) if title not in rows.NOTES]
    failed = iter(store.query_all(FailedRow, FailedRow.partition == tenant.key(row.id)))
    current = next(failed, None)
    with tempfile.SpooledTemporaryFile(_IN_MEMORY_BYTES) as target:
        titles = [guarded(file.titles[index]) for index in kept]
        target.write(BOM + csv_text.line([*titles, *rows.NOTES], separator).encode())
        for record in csv_text.records(version.read, version.size, file.start, separator):
            if current is None:
                break
            if record.end.row == current.row:
                cells = [_harmless(file, index, record.cells) for index in kept]
                told = "\n".join(f"{each.column}: {each.message}" for each in current.errors)
                target.write(csv_text.line([*cells, str(current.row), guarded(told)], separator).encode())
                current = next(failed, None)
        target.seek(0)
        objects.put(key, target)


def _harmless(file: Opened, index: int, cells: list[str]) -> str:
    """A cell of the file, which no spreadsheet takes for a formula; a number stays one."""
    cell = cells[index] if index < len(cells) else ""
    column: Column | None = file.header.columns[index]
    is_number = (
        column is not None and column.leaf.form not in (Form.TEXT, Form.LINES) and _NUMBER.fullmatch(cell) is not None
    )
    return cell if is_number else guarded(unguarded(cell))
