"""Warehouses and locations over HTTP."""

from chalicelib.access.scope import Scope
from chalicelib.edge.endpoint import NoBody, NoQuery, Request, Routes
from chalicelib.inventory.warehouses import service
from chalicelib.inventory.warehouses.schemas import (
    Location,
    LocationChange,
    LocationQuery,
    NewLocation,
    NewWarehouse,
    Warehouse,
    WarehouseChange,
    WarehouseQuery,
)
from chalicelib.kernel.errors import TransitionRefused
from chalicelib.kernel.idempotency import Answer
from chalicelib.kernel.lists import Page

routes = Routes(__name__, "Warehouses")


@routes.post(
    "/v1/warehouses",
    permission="warehouse.write",
    status=201,
    location="/v1/warehouses/{id}",
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
    """List warehouses."""
    return service.page_warehouses(request.call, request.query)


@routes.get(
    "/v1/warehouses/{warehouse_id}",
    permission="warehouse.read",
    scope=Scope.FILTERED,
)
def read_warehouse(request: Request[NoBody, NoQuery], warehouse_id: str) -> Warehouse:
    """Read a warehouse."""
    return service.read_warehouse(request.call, warehouse_id)


@routes.patch(
    "/v1/warehouses/{warehouse_id}",
    permission="warehouse.write",
    scope=Scope.FILTERED,
)
def update_warehouse(request: Request[WarehouseChange, NoQuery], warehouse_id: str) -> Answer[Warehouse]:
    """Change a warehouse."""
    return request.commit(service.update_warehouse, warehouse_id, request.body)


@routes.post(
    "/v1/locations",
    permission="warehouse.write",
    scope=Scope.FILTERED,
    status=201,
    location="/v1/locations/{id}",
)
def create_location(request: Request[NewLocation, NoQuery]) -> Answer[Location]:
    """Create a location in a warehouse.

    Refused when another location of the warehouse has the code.
    """
    return request.commit(service.create_location, request.body)


@routes.get(
    "/v1/locations",
    permission="warehouse.read",
    scope=Scope.FILTERED,
)
def list_locations(request: Request[NoBody, LocationQuery]) -> Page[Location]:
    """List locations, of one warehouse or of all."""
    return service.page_locations(request.call, request.query)


@routes.get(
    "/v1/locations/{location_id}",
    permission="warehouse.read",
    scope=Scope.FILTERED,
)
def read_location(request: Request[NoBody, NoQuery], location_id: str) -> Location:
    """Read a location."""
    return service.read_location(request.call, location_id)


@routes.patch(
    "/v1/locations/{location_id}",
    permission="warehouse.write",
    scope=Scope.FILTERED,
)
def update_location(request: Request[LocationChange, NoQuery], location_id: str) -> Answer[Location]:
    """Change a location."""
    return request.commit(service.update_location, location_id, request.body)


@routes.post(
    "/v1/locations/{location_id}/archive",
    permission="warehouse.write",
    scope=Scope.FILTERED,
    change=True,
    asynchronous=True,
    errors=[TransitionRefused],
)
def archive_location(request: Request[NoBody, NoQuery], location_id: str) -> Answer[Location]:
    """Archive an empty location.

    Refused while it has stock, and for the default location of a warehouse. A location with balances of very many items
    is archived by a job: the response is 202, with the job in Location.
    """
    return request.commit(service.archive_location, location_id)


@routes.post(
    "/v1/locations/{location_id}/restore",
    permission="warehouse.write",
    scope=Scope.FILTERED,
    change=True,
    asynchronous=True,
    errors=[TransitionRefused],
)
def restore_location(request: Request[NoBody, NoQuery], location_id: str) -> Answer[Location]:
    """Restore an archived location."""
    return request.commit(service.restore_location, location_id)
