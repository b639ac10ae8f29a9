"""Use cases of warehouses and locations."""

from collections.abc import Callable, Collection, Iterable

from msgspec import UNSET

from chalicelib.inventory.warehouses import events, tables
from chalicelib.inventory.warehouses.places import Place
from chalicelib.inventory.warehouses.schemas import (
    Location,
    LocationChange,
    LocationQuery,
    NewLocation,
    NewWarehouse,
    Warehouse,
    WarehouseChange,
    WarehouseQuery,
    default_location,
)
from chalicelib.inventory.warehouses.states import LOCATION, is_default
from chalicelib.kernel import declaration, lifecycle
from chalicelib.kernel.call import Call
from chalicelib.kernel.codes import folded
from chalicelib.kernel.dynamo.store import Ref
from chalicelib.kernel.lifecycle import LifecycleStatus
from chalicelib.kernel.lists import paginate
from chalicelib.kernel.mapping import patch, to_row, to_struct
from chalicelib.kernel.names import Named
from chalicelib.kernel.pages import Page
from chalicelib.kernel.tenant import Tenant
from chalicelib.kernel.use_case import use_case
from chalicelib.kernel.visibility import find, find_many, load_visible
from chalicelib.kernel.work import Work


@use_case(events.WAREHOUSE_CREATED)
def create_warehouse(work: Work, command: NewWarehouse) -> Warehouse:
    """Creates a warehouse and its default location. AlreadyExists when another warehouse has the code."""
    row = to_row(tables.Warehouse, command, partition=work.tenant.key(), id=work.new_id("wh"))
    work.create(row)
    work.claim(tables.WAREHOUSE_CODE, command.code, row.id, "/code")
    _add_location(work, default_location(row.id), NewLocation(warehouse_id=row.id, code="STOCK", name="Stock"))
    return view_warehouse(row)


@use_case(events.WAREHOUSE_UPDATED)
def update_warehouse(work: Work, warehouse_id: str, change: WarehouseChange) -> Warehouse:
    """Changes the given fields."""
    row = work.load_for_update(tables.Warehouse, work.tenant.key(), warehouse_id)
    if change.code is not UNSET and folded(change.code) != folded(row.code):
        work.release(tables.WAREHOUSE_CODE, row.code, row.id)
        work.claim(tables.WAREHOUSE_CODE, change.code, row.id, "/code")
    patch(row, change)
    return view_warehouse(work.save(row))


@use_case(events.LOCATION_CREATED)
def create_location(work: Work, command: NewLocation) -> Location:
    """Creates a location in a warehouse. AlreadyExists when another location of the warehouse has the code."""
    known(work, [(command.warehouse_id, "/warehouse_id")])
    return view_location(_add_location(work, work.new_id("loc"), command))


@use_case(events.LOCATION_UPDATED)
def update_location(work: Work, location_id: str, change: LocationChange) -> Location:
    """Changes the given fields."""
    row = work.load_for_update(tables.Location, work.tenant.key(), location_id)
    if change.code is not UNSET and folded(change.code) != folded(row.code):
        work.release(tables.location_code(row.warehouse_id), row.code, row.id)
        work.claim(tables.location_code(row.warehouse_id), change.code, row.id, "/code")
    patch(row, change)
    return view_location(work.save(row))


@use_case(events.LOCATION_ARCHIVED)
def archive_location(work: Work, location_id: str) -> Location:
    """Archives a location. Conflict while something lies there."""
    return _run_transition(work, location_id, "archive")


@use_case(events.LOCATION_RESTORED)
def restore_location(work: Work, location_id: str) -> Location:
    """Restores an archived location."""
    return _run_transition(work, location_id, "restore")


def _run_transition(work: Work, location_id: str, transition: str) -> Location:
    row = work.load_for_update(tables.Location, work.tenant.key(), location_id)
    LOCATION.take(row, transition)
    if transition == "archive":
        check_empty: Callable[[Work, str], None] = declaration.extension("archiving", "location", "check_empty")
        check_empty(work, location_id)
    return view_location(work.save(row))


def _add_location(work: Work, location_id: str, command: NewLocation) -> tables.Location:
    row = to_row(
        tables.Location,
        command,
        partition=work.tenant.key(),
        id=location_id,
        warehouse_key=work.tenant.key(command.warehouse_id),
        status=LifecycleStatus.ACTIVE,
    )
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


def warehouse_names(call: Call, warehouse_ids: Collection[str]) -> dict[str, Named]:
    """The names and codes of warehouses."""
    rows = find_many(call, tables.Warehouse, [tables.warehouse_ref(call.tenant, each) for each in warehouse_ids])
    return {row.id: Named(kind=tables.Warehouse.entity, name=row.name, code=row.code) for row in rows}


def location_names(call: Call, location_ids: Collection[str]) -> dict[str, Named]:
    """The names and codes of locations."""
    rows = find_many(call, tables.Location, [tables.location_ref(call.tenant, each) for each in location_ids])
    return {row.id: Named(kind=tables.Location.entity, name=row.name, code=row.code) for row in rows}


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
    return Place(row.id, row.warehouse_id, row.zone, row.status is LifecycleStatus.ACTIVE)


def default_place(warehouse_id: str) -> Place:
    """The default location of a warehouse, without reading it: it is active always, and has no zone of its own."""
    return Place(default_location(warehouse_id), warehouse_id)


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
    return to_struct(row, Warehouse, default_location_id=default_location(row.id))


def view_location(row: tables.Location) -> Location:
    """The API's representation of the row."""
    return to_struct(row, Location, is_default=is_default(row), allowed_transitions=LOCATION.allowed(row))
