"""Writes the file of an export, piece by piece.

How many elements the lists of all rows have, which are columns, is known only at the end. So the rows are stored as
they are read, in parts, and put together to the file then. A part that is read again replaces the one before.
"""

import tempfile
from typing import Any

import msgspec

from chalicelib.bulk import csv_text, fields, kinds, objects, rows
from chalicelib.bulk.csv_text import BOM
from chalicelib.bulk.exports import service, tables
from chalicelib.bulk.exports.schemas import ExportState
from chalicelib.bulk.fields import Field
from chalicelib.bulk.schemas import BulkProblem
from chalicelib.jobs import registry
from chalicelib.jobs.schemas import Job, Step
from chalicelib.kernel import clock
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.tenant import Tenant
from chalicelib.kernel.use_case import commit

PIECE_SECONDS = 8.0
PART_ROWS = 1000
MOST_ROWS = 200_000
"""What one invocation can put together to a file."""
_IN_MEMORY_BYTES = 4 * 1024 * 1024
Body = dict[str, Any]  # the values of a decoded JSON object are of any type
"""A row as decoded JSON."""


@registry.handler(service.KIND)
def step(call: Call, job: Job) -> Step:
    """Reads the next rows, or writes the file; the export's row says where to go on."""
    row = _find(call, job.entity_id)
    deadline = clock.monotonic() + PIECE_SECONDS
    while row is not None and row.state is ExportState.RUNNING:
        if row.rows > MOST_ROWS:
            says = f"A file may have {MOST_ROWS:,} rows; choose fewer documents."
            commit(call, service.fail, row.id, BulkProblem(code="too_many_rows", message=says))
        elif row.part_count and row.after is None:
            key = objects.key_of(call.tenant, row.id, "file.csv")
            _write(call.tenant, row, key)
            commit(call, service.finish, row.id, key)
        else:
            _read_part(call, row, deadline)
        row = _find(call, job.entity_id)
        if clock.monotonic() >= deadline:
            break
    is_over = row is None or row.state is not ExportState.RUNNING
    return Step(done=is_over, progress=job.progress if row is None else row.rows)


def _find(call: Call, export_id: str) -> tables.Export | None:
    return store.get(tables.Export, service.ref(call.tenant, export_id).hash_key, export_id)


def _known(row: tables.Export) -> tuple[Field, ...]:
    """The fields that are exported."""
    return tuple(field for field in fields.of(kinds.load(row.kind).row) if field.name not in (row.hidden or ()))


def _part_key(tenant: Tenant, row: tables.Export, number: int) -> str:
    return objects.key_of(tenant, row.id, f"part-{number}.json")


def _read_part(call: Call, row: tables.Export, deadline: float) -> None:
    """Stores the rows that were found until the deadline as a part, then says so, if nobody else has done it meanwhile.
    Documents that are not exported may be between them, so a part may be empty."""
    kind, known = kinds.load(row.kind), _known(row)
    after: str | None = row.after
    bodies: list[Body] = []
    members = dict(row.members or {})
    while kind.page is not None and len(bodies) < PART_ROWS:
        found, after = kind.page(call, row.status, after)
        bodies += [rows.body_of(each) for each in found]
        if after is None or clock.monotonic() >= deadline:
            break
    for body in bodies:
        members = rows.together(known, members, rows.members_of(known, body))
    objects.put(_part_key(call.tenant, row, row.part_count), msgspec.json.encode(bodies))
    model = tables.Export
    changes = [
        model.part_count.set(row.part_count + 1),
        model.rows.set(row.rows + len(bodies)),
        model.members.set(members),
        model.after.remove() if after is None else model.after.set(after),
    ]
    here = (model.part_count == row.part_count) & (model.state == ExportState.RUNNING)
    store.write(store.update(service.ref(call.tenant, row.id), changes, here))


def _write(tenant: Tenant, row: tables.Export, key: str) -> None:
    """Puts the parts together to the file."""
    columns = fields.columns(_known(row), row.members or {})
    with tempfile.SpooledTemporaryFile(_IN_MEMORY_BYTES) as target:
        target.write(BOM + csv_text.line([column.name for column in columns], row.separator).encode())
        for number in range(row.part_count):
            for body in msgspec.json.decode(objects.get(_part_key(tenant, row, number)), type=list[Body]):
                target.write(csv_text.line(rows.cells_of(columns, body), row.separator).encode())
        target.seek(0)
        objects.put(key, target)
