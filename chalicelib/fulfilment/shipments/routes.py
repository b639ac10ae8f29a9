"""Shipments over HTTP."""

from chalicelib.access.scope import Scope
from chalicelib.edge.endpoint import ExtraPermission, NoBody, NoQuery, Request, Routes
from chalicelib.fulfilment.shipments import missing, service
from chalicelib.fulfilment.shipments.schemas import (
    CancelShipment,
    Consignment,
    DeliverShipment,
    NewShipment,
    PackShipment,
    ReportMissing,
    Shipment,
    ShipmentChange,
    ShipmentId,
    ShipmentQuery,
)
from chalicelib.inventory.stock.errors import InsufficientStock
from chalicelib.kernel.errors import Conflict, TooManyActions, TransitionRefused
from chalicelib.kernel.idempotency import Answer
from chalicelib.kernel.pages import Page
from chalicelib.sales.orders.errors import OrderOnHold

routes = Routes(
    __name__, "Shipments", "Pick lists that are packed and shipped: the goods of an order that leave together."
)
_SHIPS_AT_ONCE: ExtraPermission[NewShipment] = ExtraPermission(
    "shipment.ship", "with `ship`", lambda body: body.ship is not None
)
_BEYOND_TOLERANCE: ExtraPermission[NewShipment] = ExtraPermission(
    "shipment.over_deliver", "with `beyond_tolerance`", lambda body: body.beyond_tolerance
)
_HIDDEN = {"shipment.recipient": ("ship_to", "received_by")}


@routes.post(
    "/v1/shipments",
    permission="shipment.write",
    extra_permissions=[_SHIPS_AT_ONCE, _BEYOND_TOLERANCE],
    scope=Scope.FILTERED,
    hidden_without=_HIDDEN,
    status=201,
    location="/v1/shipments/{id}",
    asynchronous=True,
    errors=[TransitionRefused, InsufficientStock, TooManyActions, OrderOnHold],
)
def create_shipment(request: Request[NewShipment, NoQuery]) -> Answer[Shipment]:
    """Create a shipment of an order's committed stock.

    It is a pick list until it is packed and shipped; with `ship` it is shipped in the same commit. The places to pick
    from are chosen: those for picking first, then the default location, then the others; or name them. Refused when a
    line has less committed than requested. Of a line whose rest is committed, more than was ordered can leave, without
    charge: as much as `over_delivery_percent` of the company allows, if it is available.
    """
    return request.commit(service.create, request.body)


@routes.get(
    "/v1/shipments",
    permission="shipment.read",
    scope=Scope.FILTERED,
    hidden_without=_HIDDEN,
)
def list_shipments(request: Request[NoBody, ShipmentQuery]) -> Page[Shipment]:
    """List shipments.

    All shipments or those of a month, newest first; those of an order, or those with a tracking number. `open=true`
    with a warehouse is its pick queue: by the priority of the orders, then the oldest first; without one, that of each
    warehouse.
    """
    return service.page(request.call, request.query)


@routes.get(
    "/v1/shipments/{shipment_id}",
    permission="shipment.read",
    scope=Scope.FILTERED,
    hidden_without=_HIDDEN,
)
def read_shipment(request: Request[NoBody, NoQuery], shipment_id: ShipmentId) -> Shipment:
    """Read a shipment.

    With its lines, in the order of picking.
    """
    return service.read(request.call, shipment_id)


@routes.patch(
    "/v1/shipments/{shipment_id}",
    permission="shipment.write",
    scope=Scope.FILTERED,
    hidden_without=_HIDDEN,
    errors=[TransitionRefused],
)
def update_shipment(request: Request[ShipmentChange, NoQuery], shipment_id: ShipmentId) -> Answer[Shipment]:
    """Change carrier and tracking of a shipment and its packages.

    Also possible after it has been shipped; refused when it is cancelled.
    """
    return request.commit(service.update, shipment_id, request.body)


@routes.post(
    "/v1/shipments/{shipment_id}/report-missing",
    permission="shipment.write",
    scope=Scope.FILTERED,
    hidden_without=_HIDDEN,
    change=True,
    errors=[TransitionRefused, Conflict, InsufficientStock, TooManyActions],
)
def report_missing_goods(request: Request[ReportMissing, NoQuery], shipment_id: ShipmentId) -> Answer[Shipment]:
    """Report what was not found when picking.

    It leaves the pick list, and is kept at the location `MISSING` of the warehouse, where it is on hand but held, until
    somebody counts or finds it. The order keeps its claim while there is enough elsewhere in the warehouse; otherwise
    those whose turn comes last wait again. A pick list of which nothing is left is cancelled. Refused when a count has
    taken it away already.
    """
    return request.commit(missing.report, shipment_id, request.body)


@routes.post(
    "/v1/shipments/{shipment_id}/pack",
    permission="shipment.write",
    scope=Scope.FILTERED,
    hidden_without=_HIDDEN,
    change=True,
    errors=[TransitionRefused],
)
def pack_shipment(request: Request[PackShipment, NoQuery], shipment_id: ShipmentId) -> Answer[Shipment]:
    """Mark a shipment as packed.

    For the address that the order has now; with packages, if any are given. A package can lie in another one
    (`parent`), has its own weight, size and tracking number, and says what of the shipment it contains. A packed
    shipment can be packed again: packages that are given take the place of those that it has, and it takes the order's
    new address. Refused when it has left.
    """
    return request.commit(service.pack, shipment_id, request.body)


@routes.post(
    "/v1/shipments/{shipment_id}/ship",
    permission="shipment.ship",
    scope=Scope.FILTERED,
    hidden_without=_HIDDEN,
    change=True,
    asynchronous=True,
    errors=[TransitionRefused, Conflict, InsufficientStock, TooManyActions, OrderOnHold],
)
def ship_shipment(request: Request[Consignment, NoQuery], shipment_id: ShipmentId) -> Answer[Shipment]:
    """Ship a shipment.

    Its goods leave the stock and what the order has committed. Refused when a count has found that they are not there
    any more. A shipment of more than 45 items is shipped by a job: the response is 202, with the job in Location.
    """
    return request.commit(service.ship, shipment_id, request.body)


@routes.post(
    "/v1/shipments/{shipped_id}/deliver",
    permission="shipment.deliver",
    scope=Scope.FILTERED,
    hidden_without=_HIDDEN,
    change=True,
    errors=[TransitionRefused],
)
def deliver_shipment(request: Request[DeliverShipment, NoQuery], shipped_id: ShipmentId) -> Answer[Shipment]:
    """Mark a shipment as delivered.

    The customer has it. Refused when it has not left, or was delivered before; one that comes back after all is
    cancelled.
    """
    return request.commit(service.deliver, shipped_id, request.body)


@routes.post(
    "/v1/shipments/{shipment_id}/cancel",
    permission="shipment.cancel",
    scope=Scope.FILTERED,
    hidden_without=_HIDDEN,
    change=True,
    asynchronous=True,
    errors=[TransitionRefused],
)
def cancel_shipment(request: Request[CancelShipment, NoQuery], shipment_id: ShipmentId) -> Answer[Shipment]:
    """Cancel a shipment.

    A shipment that has been shipped is reversed: its goods are in stock and committed to the order again, or free if
    the order is closed. They return to where they were taken from; if that location is archived by now, name another.
    """
    return request.commit(service.cancel, shipment_id, request.body)
