"""Use cases of warehouses and locations."""

from collections.abc import Callable, Collection, Iterable

from msgspec import UNSET

from chalicelib.inventory.warehouses import events, tables, tree
from chalicelib.inventory.warehouses.places import Place
from chalicelib.inventory.warehouses.schemas import (
    CountedBy,
    Location,
    LocationChange,
    LocationQuery,
    NewLocation,
    NewWarehouse,
    Warehouse,
    WarehouseChange,
    WarehouseQuery,
    Zone,
    default_location,
)
from chalicelib.inventory.warehouses.states import LOCATION, is_default
from chalicelib.jobs import service as jobs
from chalicelib.kernel import declaration, lifecycle
from chalicelib.kernel.call import Call
from chalicelib.kernel.codes import folded
from chalicelib.kernel.dynamo.store import Ref
from chalicelib.kernel.errors import Conflict, FieldError, Invalid
from chalicelib.kernel.lifecycle import LifecycleStatus
from chalicelib.kernel.lists import paginate
from chalicelib.kernel.mapping import patch, to_row, to_struct
from chalicelib.kernel.pages import Page
from chalicelib.kernel.tenant import Tenant
from chalicelib.kernel.use_case import use_case
from chalicelib.kernel.visibility import find, find_all, find_many, load_visible
from chalicelib.kernel.work import Work

SETTINGS_JOB = "warehouse.settings"
"""The kind of the job that brings locations and stock up to date with what their warehouse says of them."""
_MISSING = "MISSING"
"""The code of the location for goods that were not found."""


@use_case(events.WAREHOUSE_CREATED)
def create_warehouse(work: Work, command: NewWarehouse) -> Warehouse:
    """Creates a warehouse and its default location. AlreadyExists when another warehouse has the code, Invalid for one
    that its keeper counts and that ships before receipt."""
    row = to_row(tables.Warehouse, command, partition=work.tenant.key(), id=work.new_id("wh"))
    _check(row)
    work.create(row)
    work.claim(tables.WAREHOUSE_CODE, command.code, row.id, "/code")
    _add_location(work, default_location(row.id), NewLocation(warehouse_id=row.id, code="STOCK", name="Stock"), row)
    return view_warehouse(row)


@use_case(events.WAREHOUSE_UPDATED)
def update_warehouse(work: Work, warehouse_id: str, change: WarehouseChange) -> Warehouse:
    """Changes the given fields. A job brings locations and stock up to date with what the warehouse says of them."""
    row = work.load_for_update(tables.Warehouse, work.tenant.key(), warehouse_id)
    if change.code is not UNSET and folded(change.code) != folded(row.code):
        work.release(tables.WAREHOUSE_CODE, row.code, row.id)
        work.claim(tables.WAREHOUSE_CODE, change.code, row.id, "/code")
    before = bool(row.ships_before_receipt)
    patch(row, change)
    _check(row)
    if bool(row.ships_before_receipt) is not before:
        jobs.start(work, SETTINGS_JOB, row.id, scope_ids=[row.id], must_finish=True)
    return view_warehouse(work.save(row))


def _check(row: tables.Warehouse) -> None:
    """Invalid for a warehouse that its keeper counts and that ships before receipt."""
    if row.counted_by is CountedBy.KEEPER and row.ships_before_receipt:
        says = "Nothing is shipped from a warehouse that its keeper counts."
        raise Invalid(errors=[FieldError("/ships_before_receipt", "kept_warehouse", says)])


@use_case(events.LOCATION_CREATED)
def create_location(work: Work, command: NewLocation) -> Location:
    """Creates a location in a warehouse. AlreadyExists for the code of another one, Invalid for an unfit parent."""
    return view_location(_in_warehouse(work, command))


def _in_warehouse(work: Work, command: NewLocation) -> tables.Location:
    """A new location of a warehouse that says the same still. Invalid when there is no such warehouse."""
    row = lifecycle.referenced(work, tables.Warehouse, [(command.warehouse_id, "/warehouse_id")])[command.warehouse_id]
    work.require(warehouse_ref(work.tenant, row.id), tables.Warehouse.version == row.version)
    return _add_location(work, work.new_id("loc"), command, row)


@use_case(events.LOCATION_UPDATED)
def update_location(work: Work, location_id: str, change: LocationChange) -> Location:
    """Changes the given fields. AlreadyExists for the code of another one, Invalid for an unfit parent."""
    row = work.load_for_update(tables.Location, work.tenant.key(), location_id)
    if change.parent_location_id not in (UNSET, row.parent_location_id):
        tree.check_parent(work, row, change.parent_location_id)
    if change.code is not UNSET and folded(change.code) != folded(row.code):
        work.release(tables.location_code(row.warehouse_id), row.code, row.id)
        work.claim(tables.location_code(row.warehouse_id), change.code, row.id, "/code")
    patch(row, change)
    return view_location(work.save(row))


@use_case(events.LOCATION_ARCHIVED)
def archive_location(work: Work, location_id: str) -> Location:
    """Archives a location. Conflict while something lies there, or active locations lie in it."""
    return _run_transition(work, location_id, "archive")


@use_case(events.LOCATION_RESTORED)
def restore_location(work: Work, location_id: str) -> Location:
    """Restores an archived location. Conflict when it lies in an archived one."""
    return _run_transition(work, location_id, "restore")


def _run_transition(work: Work, location_id: str, transition: str) -> Location:
    row = work.load_for_update(tables.Location, work.tenant.key(), location_id)
    LOCATION.take(row, transition)
    if transition == "restore":
        tree.check_around(work, row)
    else:
        tree.check_nothing_inside(work, row)
        check_empty: Callable[[Work, Place], None] = declaration.extension("archiving", "location", "check_empty")
        check_empty(work, place_of(row))
    return view_location(work.save(row))


def _add_location(work: Work, location_id: str, command: NewLocation, warehouse: tables.Warehouse) -> tables.Location:
    row = to_row(
        tables.Location,
        command,
        partition=work.tenant.key(),
        id=location_id,
        warehouse_key=work.tenant.key(command.warehouse_id),
        kept=warehouse.counted_by is CountedBy.KEEPER or None,
        ships_before_receipt=warehouse.ships_before_receipt or None,
        status=LifecycleStatus.ACTIVE,
    )
    tree.check_parent(work, row, command.parent_location_id)
    work.claim(tables.location_code(command.warehouse_id), command.code, row.id, "/code")
    return work.create(row)


def read_warehouse(call: Call, warehouse_id: str) -> Warehouse:
    """One warehouse. NotFound."""
    return view_warehouse(load_visible(call, tables.Warehouse, call.tenant.key(), warehouse_id))


def read_location(call: Call, location_id: str) -> Location:
    """One location. NotFound."""
    return view_location(load_visible(call, tables.Location, call.tenant.key(), location_id))


def page_warehouses(call: Call, query: WarehouseQuery) -> Page[Warehouse]:
    """A page of warehouses, oldest first."""
    rows, cursor = paginate(tables.Warehouse, tables.WAREHOUSE_VIEWS, call, query)
    return Page([view_warehouse(row) for row in rows], cursor)


def page_locations(call: Call, query: LocationQuery) -> Page[Location]:
    """A page of locations, of one warehouse or of all."""
    rows, cursor = paginate(tables.Location, tables.LOCATION_VIEWS, call, query)
    return Page([view_location(row) for row in rows], cursor)


def by_priority(call: Call) -> list[str]:
    """The ids of the warehouses from which orders are shipped, in the order in which they give what is short
    elsewhere."""
    rows = find_all(call, tables.Warehouse, tables.Warehouse.partition == call.tenant.key())
    ours = [row for row in rows if row.counted_by is CountedBy.US]
    return [row.id for row in sorted(ours, key=lambda row: (row.priority, row.id))]


def ids_by_code(work: Work, codes: Iterable[str]) -> dict[str, str]:
    """Code, as it is given, to the id of the warehouse; without unknown codes."""
    return work.owners(tables.WAREHOUSE_CODE, codes)


def locations_by_code(work: Work, named: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Warehouse id and code of a location, as they are given, to the id of the location; without unknown ones."""
    requested = sorted(set(named))
    found: dict[tuple[str, str], str] = {}
    for warehouse_id in {each for each, _ in requested}:
        codes = [code for each, code in requested if each == warehouse_id]
        owners = work.owners(tables.location_code(warehouse_id), codes)
        found |= {(warehouse_id, code): location_id for code, location_id in owners.items()}
    return found


def known(work: Work, requested: Iterable[tuple[str, str]]) -> None:
    """Checks references, given as (id, pointer). Invalid at each pointer whose warehouse is missing."""
    lifecycle.referenced(work, tables.Warehouse, requested)


def selling(work: Work, requested: Iterable[tuple[str, str]]) -> None:
    """Checks references to warehouses from which orders are shipped, given as (id, pointer). Invalid at each pointer
    whose warehouse is missing, or counted by its keeper."""
    pairs = list(requested)
    found = lifecycle.referenced(work, tables.Warehouse, pairs)
    says = "Its keeper counts this warehouse; orders are not shipped from there."
    kept = [pointer for warehouse_id, pointer in pairs if found[warehouse_id].counted_by is CountedBy.KEEPER]
    if kept:
        raise Invalid(errors=[FieldError(pointer, "kept_warehouse", says) for pointer in kept])


def shipping_before_receipt(work: Work, warehouse_ids: Iterable[str]) -> set[str]:
    """Those of the warehouses that ship what is not received yet; one round trip."""
    rows = work.read(*(warehouse_ref(work.tenant, each) for each in sorted(set(warehouse_ids))))
    return {row.id for row in rows if isinstance(row, tables.Warehouse) and row.ships_before_receipt}


def location_ref(tenant: Tenant, location_id: str) -> Ref:
    """The key of a location, for reading it together with other rows."""
    return tables.location_ref(tenant, location_id)


def places(work: Work, requested: Iterable[tuple[str, str]]) -> dict[str, Place]:
    """Id to place, for references given as (id, pointer). Invalid at each pointer whose location is missing. An
    archived one is a place too, which goods can leave."""
    found = lifecycle.referenced(work, tables.Location, requested, archived=True)
    return {location_id: place_of(row) for location_id, row in found.items()}


def existing_places(work: Work, location_ids: Iterable[str]) -> dict[str, Place]:
    """Id to place, without locations that do not exist."""
    rows = work.read(*(location_ref(work.tenant, location_id) for location_id in location_ids))
    return {row.id: place_of(row) for row in rows if isinstance(row, tables.Location)}


def place_of(row: tables.Location) -> Place:
    """What stock needs to know of a location."""
    return Place(
        row.id,
        row.warehouse_id,
        row.zone,
        is_active=row.status is LifecycleStatus.ACTIVE,
        is_kept=bool(row.kept),
        ships_before_receipt=bool(row.ships_before_receipt),
    )


def default_place(warehouse_id: str) -> Place:
    """The default location of a warehouse, without reading it: it is active always, and has no zone of its own. It does
    not know what the warehouse says."""
    return Place(default_location(warehouse_id), warehouse_id)


def place_of_missing(work: Work, warehouse_id: str) -> Place:
    """Where goods of a warehouse are kept that were not found: the location with the code MISSING, which is made when
    it is needed first. Conflict when that is archived or for something else."""
    owner = work.owners(tables.location_code(warehouse_id), [_MISSING]).get(_MISSING)
    if owner is None:
        new = NewLocation(warehouse_id=warehouse_id, code=_MISSING, name="Missing", zone=Zone.MISSING)
        return place_of(_in_warehouse(work, new))
    place = existing_places(work, [owner])[owner]
    if not place.is_active or not place.zone.is_held:
        raise Conflict(f"The location {_MISSING} of the warehouse has to be active, and its goods held.")
    return place


def read_place(call: Call, location_id: str) -> Place | None:
    """The place of a location; None when it does not exist or the caller may not see it."""
    row = find(call, tables.Location, call.tenant.key(), location_id)
    return None if row is None else place_of(row)


def read_places(call: Call, location_ids: Collection[str]) -> dict[str, Place]:
    """Id to place, without locations that do not exist or that the caller may not see."""
    rows = find_many(call, tables.Location, [tables.location_ref(call.tenant, each) for each in sorted(location_ids)])
    return {row.id: place_of(row) for row in rows}


def warehouse_ref(tenant: Tenant, warehouse_id: str) -> Ref:
    """The key of a warehouse, for reading it together with other rows."""
    return tables.warehouse_ref(tenant, warehouse_id)


def view_warehouse(row: tables.Warehouse) -> Warehouse:
    """The API's representation of the row."""
    return to_struct(
        row,
        Warehouse,
        default_location_id=default_location(row.id),
        ships_before_receipt=bool(row.ships_before_receipt),
    )


def view_location(row: tables.Location) -> Location:
    """The API's representation of the row."""
    return to_struct(row, Location, is_default=is_default(row), allowed_transitions=LOCATION.allowed(row))
