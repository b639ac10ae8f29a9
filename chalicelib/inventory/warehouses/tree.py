"""Locations that lie in one another, such as a shelf in an aisle."""

from chalicelib.inventory.warehouses import tables
from chalicelib.kernel import lifecycle
from chalicelib.kernel.errors import FieldError, Invalid
from chalicelib.kernel.work import Work

MOST_LEVELS = 8
_POINTER = "/parent_location_id"


def check_parent(work: Work, row: tables.Location, parent_location_id: str | None) -> None:
    """Invalid unless the location can lie in the parent, now and when this is committed: an active location of the same
    warehouse that does not lie in it itself, with less than `MOST_LEVELS` above."""
    above = 0
    while parent_location_id is not None:
        pairs = [(parent_location_id, _POINTER)]
        found = lifecycle.referenced(work, tables.Location, pairs, archived=bool(above))[parent_location_id]
        work.require(tables.location_ref(work.tenant, found.id), tables.Location.version == found.version)
        above += 1
        if found.warehouse_id != row.warehouse_id:
            raise _invalid("other_warehouse", "It is in another warehouse.")
        if found.id == row.id:
            raise _invalid("circular", "It lies in this location itself.")
        if above > MOST_LEVELS:
            raise _invalid("too_deep", f"Locations lie in one another at most {MOST_LEVELS} deep.")
        parent_location_id = found.parent_location_id


def _invalid(code: str, says: str) -> Invalid:
    return Invalid(errors=[FieldError(_POINTER, code, says)])
