"""Shipments over HTTP."""

import msgspec

from chalicelib.access import permissions
from chalicelib.access.scope import Scope
from chalicelib.edge.endpoint import Request, Routes
from chalicelib.fulfilment.shipments import service
from chalicelib.fulfilment.shipments.schemas import (
    Consignment,
    NewShipment,
    PackShipment,
    Shipment,
    ShipmentChange,
    ShipmentQuery,
)
from chalicelib.kernel.errors import TransitionRefused
from chalicelib.kernel.idempotency import Answer
from chalicelib.kernel.lists import Page

routes = Routes(__name__, "Shipments")


@routes.post(
    "/v1/shipments",
    permission="shipment.write",
    scope=Scope.FILTERED,
    body=NewShipment,
    returns=Shipment,
    status=201,
    location="/v1/shipments/{id}",
    asynchronous=True,
    errors=[TransitionRefused],
)
def create_shipment(request: Request) -> Answer:
    """Start a shipment of an order's reserved stock.

    It is a pick list until it is packed and shipped; with `ship` it leaves at once.
    """
    if request.body.ship is not None:
        permissions.require(request.call, "shipment.ship")
    return request.commit(service.create, request.body)


@routes.get(
    "/v1/shipments", permission="shipment.read", scope=Scope.FILTERED, query=ShipmentQuery, returns=Page[Shipment]
)
def list_shipments(request: Request) -> Page[Shipment]:
    """List shipments.

    Newest first, those of a month, the open ones (oldest first), or those of an order.
    """
    page = service.page(request.call, request.query)
    return Page([_shown(request, shipment) for shipment in page.data], page.next_cursor)


@routes.get("/v1/shipments/{shipment_id}", permission="shipment.read", scope=Scope.FILTERED, returns=Shipment)
def read_shipment(request: Request, shipment_id: str) -> Shipment:
    """Read a shipment.

    The address is for those who may read customers; others get null.
    """
    return _shown(request, service.read(request.call, shipment_id))


def _shown(request: Request, shipment: Shipment) -> Shipment:
    if permissions.is_allowed(request.call.roles, "customer.read"):
        return shipment
    return msgspec.structs.replace(shipment, ship_to=None)


@routes.patch(
    "/v1/shipments/{shipment_id}",
    permission="shipment.write",
    scope=Scope.FILTERED,
    body=ShipmentChange,
    returns=Shipment,
    errors=[TransitionRefused],
)
def update_shipment(request: Request, shipment_id: str) -> Answer:
    """Change carrier and tracking of a shipment."""
    return request.commit(service.update, shipment_id, request.body)


@routes.post(
    "/v1/shipments/{shipment_id}/pack",
    permission="shipment.write",
    scope=Scope.FILTERED,
    body=PackShipment,
    returns=Shipment,
    change=True,
    errors=[TransitionRefused],
)
def pack_shipment(request: Request, shipment_id: str) -> Answer:
    """Pack a shipment."""
    return request.commit(service.pack, shipment_id, request.body)


@routes.post(
    "/v1/shipments/{shipment_id}/ship",
    permission="shipment.ship",
    scope=Scope.FILTERED,
    body=Consignment,
    returns=Shipment,
    change=True,
    asynchronous=True,
    errors=[TransitionRefused],
)
def ship_shipment(request: Request, shipment_id: str) -> Answer:
    """Ship a shipment.

    A shipment of more than 45 items and locations is shipped by a job: 202, and its Location tells the progress.
    """
    return request.commit(service.ship, shipment_id, request.body)


@routes.post(
    "/v1/shipments/{shipment_id}/cancel",
    permission="shipment.cancel",
    scope=Scope.FILTERED,
    returns=Shipment,
    change=True,
    asynchronous=True,
    errors=[TransitionRefused],
)
def cancel_shipment(request: Request, shipment_id: str) -> Answer:
    """Cancel a shipment.

    One that has left is reversed: the goods are back in stock and reserved for the order again.
    """
    return request.commit(service.cancel, shipment_id)
