"""What can be imported, exported and upserted in bulk. Packages declare their kinds in `module.py`; the mechanics are
above, in the package `bulk`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BulkKind:
    """A kind of documents that callers can import, export and upsert in bulk.

    name: in paths and bodies, in the plural. place: the `Kind` with the kind's functions, by its submodule and name.
    read / write: the permissions that reading and writing its documents need.
    """

    name: str
    place: str
    read: str
    write: str
