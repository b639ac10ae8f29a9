"""Locations that lie in one another, such as a shelf in an aisle."""

from chalicelib.inventory.warehouses import repository, tables
from chalicelib.kernel import lifecycle
from chalicelib.kernel.errors import Conflict, FieldError, Invalid
from chalicelib.kernel.lifecycle import LifecycleStatus
from chalicelib.kernel.work import Work

MOST_LEVELS = 8
MOST_NAMED = 5
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


def check_nothing_inside(work: Work, row: tables.Location) -> None:
    """Conflict that names the active locations that lie in a location, if there are any. What comes to lie in it at the
    same moment is not seen."""
    codes = sorted(each.code for each in repository.active_inside(work.tenant, row))
    if codes:
        more = f" and {len(codes) - MOST_NAMED} more" if len(codes) > MOST_NAMED else ""
        named = ", ".join(codes[:MOST_NAMED])
        raise Conflict(f"Active locations lie in this one: {named}{more}. Archive them first, or move them elsewhere.")


def check_around(work: Work, row: tables.Location) -> None:
    """Conflict when a location lies in one that is archived, now or when this is committed."""
    if row.parent_location_id is None:
        return
    ref = tables.location_ref(work.tenant, row.parent_location_id)
    parent = work.load(tables.Location, ref.hash_key, ref.range_key)
    if parent.status is not LifecycleStatus.ACTIVE:
        raise Conflict(f"It lies in the location {parent.code}, which is archived; restore that one first.")
    work.require(ref, tables.Location.version == parent.version)


def _invalid(code: str, says: str) -> Invalid:
    return Invalid(errors=[FieldError(_POINTER, code, says)])
