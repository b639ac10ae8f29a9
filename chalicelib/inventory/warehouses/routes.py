"""Warehouses and locations over HTTP."""

from chalicelib.access.scope import Scope
from chalicelib.edge.endpoint import NoBody, NoQuery, Request, Routes
from chalicelib.inventory.warehouses import service
from chalicelib.inventory.warehouses.schemas import (
    Location,
    LocationChange,
    LocationId,
    LocationQuery,
    NewLocation,
    NewWarehouse,
    Warehouse,
    WarehouseChange,
    WarehouseId,
    WarehouseQuery,
)
from chalicelib.kernel.errors import AlreadyExists, Conflict, TransitionRefused
from chalicelib.kernel.idempotency import Answer
from chalicelib.kernel.pages import Page

routes = Routes(__name__, "Warehouses", "Warehouses and the locations in them, such as bins and shelves.")


@routes.post(
    "/v1/warehouses",
    permission="warehouse.write",
    status=201,
    location="/v1/warehouses/{id}",
    errors=[AlreadyExists],
)
def create_warehouse(request: Request[NewWarehouse, NoQuery]) -> Answer[Warehouse]:
    """Create a warehouse with its default location.

    Refused when another warehouse has the code.
    """
    return request.commit(service.create_warehouse, request.body)


@routes.get(
    "/v1/warehouses",
    permission="warehouse.read",
    scope=Scope.FILTERED,
)
def list_warehouses(request: Request[NoBody, WarehouseQuery]) -> Page[Warehouse]:
    """List warehouses, oldest first.

    Each with the id of its default location.
    """
    return service.page_warehouses(request.call, request.query)


@routes.get(
    "/v1/warehouses/{warehouse_id}",
    permission="warehouse.read",
    scope=Scope.FILTERED,
)
def read_warehouse(request: Request[NoBody, NoQuery], warehouse_id: WarehouseId) -> Warehouse:
    """Read a warehouse.

    With the id of its default location.
    """
    return service.read_warehouse(request.call, warehouse_id)


@routes.patch(
    "/v1/warehouses/{warehouse_id}",
    permission="warehouse.write",
    scope=Scope.FILTERED,
    errors=[AlreadyExists],
)
def update_warehouse(request: Request[WarehouseChange, NoQuery], warehouse_id: WarehouseId) -> Answer[Warehouse]:
    """Change a warehouse.

    Refused when another warehouse has the new code.
    """
    return request.commit(service.update_warehouse, warehouse_id, request.body)


@routes.post(
    "/v1/locations",
    permission="warehouse.write",
    scope=Scope.FILTERED,
    status=201,
    location="/v1/locations/{id}",
    errors=[AlreadyExists],
)
def create_location(request: Request[NewLocation, NoQuery]) -> Answer[Location]:
    """Create a location in a warehouse.

    Locations can lie in one another (`parent_location_id`), such as a shelf in an aisle: lists of stock count each
    with all that lie in it. Refused when another location of the warehouse has the code.
    """
    return request.commit(service.create_location, request.body)


@routes.get(
    "/v1/locations",
    permission="warehouse.read",
    scope=Scope.FILTERED,
)
def list_locations(request: Request[NoBody, LocationQuery]) -> Page[Location]:
    """List locations, oldest first.

    All locations, or those of a warehouse; each can be filtered by status and by the location in which they lie.
    """
    return service.page_locations(request.call, request.query)


@routes.get(
    "/v1/locations/{location_id}",
    permission="warehouse.read",
    scope=Scope.FILTERED,
)
def read_location(request: Request[NoBody, NoQuery], location_id: LocationId) -> Location:
    """Read a location.

    Also when it is archived.
    """
    return service.read_location(request.call, location_id)


@routes.patch(
    "/v1/locations/{location_id}",
    permission="warehouse.write",
    scope=Scope.FILTERED,
    errors=[AlreadyExists],
)
def update_location(request: Request[LocationChange, NoQuery], location_id: LocationId) -> Answer[Location]:
    """Change a location.

    Refused when another location of the warehouse has the new code.
    """
    return request.commit(service.update_location, location_id, request.body)


@routes.post(
    "/v1/locations/{location_id}/archive",
    permission="warehouse.write",
    scope=Scope.FILTERED,
    change=True,
    errors=[TransitionRefused, Conflict],
)
def archive_location(request: Request[NoBody, NoQuery], location_id: LocationId) -> Answer[Location]:
    """Archive an empty location.

    Refused while something lies there or active locations lie in it, and for the default location of a warehouse.
    Nothing is put there any more; what came at the same moment can be moved away.
    """
    return request.commit(service.archive_location, location_id)


@routes.post(
    "/v1/locations/{location_id}/restore",
    permission="warehouse.write",
    scope=Scope.FILTERED,
    change=True,
    errors=[TransitionRefused, Conflict],
)
def restore_location(request: Request[NoBody, NoQuery], location_id: LocationId) -> Answer[Location]:
    """Restore an archived location.

    Stock can be put there again. Refused while the location in which it lies is archived.
    """
    return request.commit(service.restore_location, location_id)
