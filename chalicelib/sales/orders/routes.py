"""Sales orders over HTTP."""

from chalicelib.access.scope import Scope
from chalicelib.edge.endpoint import ExtraPermission, NoBody, NoQuery, Request, Routes
from chalicelib.inventory.stock.errors import InsufficientStock
from chalicelib.kernel.errors import AlreadyExists, Conflict, TransitionRefused
from chalicelib.kernel.idempotency import Answer
from chalicelib.kernel.pages import Page, PageQuery
from chalicelib.sales.orders import revisions, service, splitting, update
from chalicelib.sales.orders.command_schemas import CancelSalesOrder, ConfirmSalesOrder, SplitSalesOrder
from chalicelib.sales.orders.hold_schemas import HoldSalesOrder, ReleaseSalesOrder, SetSalesOrderPayment
from chalicelib.sales.orders.queries import SalesOrderQuery
from chalicelib.sales.orders.revision_schemas import (
    RevisionQuery,
    SalesOrderRevision,
    SalesOrderRevisionSummary,
)
from chalicelib.sales.orders.schemas import (
    NewSalesOrder,
    OrderId,
    SalesOrder,
    SalesOrderChange,
    SalesOrderPreview,
    SalesOrderSummary,
)
from chalicelib.sales.orders.turn_schemas import PrioritizeSalesOrder

routes = Routes(__name__, "Sales orders", "Orders of customers, from the draft to the last shipment.")
_LETS_THROUGH: ExtraPermission[ReleaseSalesOrder] = ExtraPermission(
    "sales_order.let_through", "for `credit` and `payment`", lambda body: body.kind.is_about_money
)
_HIDDEN = {"customer.read": ("billing_address", "shipping_address", "note", "holds/note")}
_HIDDEN_IN_REVISIONS = {"customer.read": ("billing_address", "shipping_address", "note")}


@routes.post(
    "/v1/sales-orders",
    permission="sales_order.write",
    scope=Scope.FILTERED,
    hidden_without=_HIDDEN,
    status=201,
    location="/v1/sales-orders/{id}",
    errors=[AlreadyExists],
)
def create_sales_order(request: Request[NewSalesOrder, NoQuery]) -> Answer[SalesOrder]:
    """Create a draft sales order of up to 200 lines.

    Nothing is committed before it is confirmed. Refused when a line's item, location, price or discount is invalid.
    """
    return request.commit(service.create, request.body)


@routes.post(
    "/v1/sales-orders/preview",
    permission="sales_order.write",
    scope=Scope.FILTERED,
    command=False,
)
def preview_sales_order(request: Request[NewSalesOrder, NoQuery]) -> SalesOrderPreview:
    """Preview a sales order.

    Prices, taxes and totals that an order with this body would have, and which rules gave them. Writes nothing and
    looks at no stock. Refused as the creation would be.
    """
    return service.preview(request.call, request.body)


@routes.get(
    "/v1/sales-orders",
    permission="sales_order.read",
    scope=Scope.FILTERED,
)
def list_sales_orders(request: Request[NoBody, SalesOrderQuery]) -> Page[SalesOrderSummary]:
    """List sales orders, newest first.

    All orders, or those of a month, of a customer, of a customer in a month, or the open ones; each can be filtered by
    status. Months are those of the orders' own dates, by which the orders of a month or customer are sorted. Lines are
    left out.
    """
    return service.page(request.call, request.query)


@routes.get(
    "/v1/sales-orders/{order_id}",
    permission="sales_order.read",
    scope=Scope.FILTERED,
    hidden_without=_HIDDEN,
)
def read_sales_order(request: Request[NoBody, NoQuery], order_id: OrderId) -> SalesOrder:
    """Read a sales order.

    With its lines, their quantities, the totals and the transitions that are allowed now.
    """
    return service.read(request.call, order_id)


@routes.get(
    "/v1/sales-orders/{order_id}/revisions",
    permission="sales_order.read",
    scope=Scope.FILTERED,
)
def list_sales_order_revisions(
    request: Request[NoBody, PageQuery], order_id: OrderId
) -> Page[SalesOrderRevisionSummary]:
    """List the revisions of a sales order, newest first.

    Each change of lines, charges, addresses or note made one: when, who, and what differs from the one before.
    """
    return revisions.page(request.call, order_id, request.query)


@routes.get(
    "/v1/sales-orders/{order_id}/revision",
    permission="sales_order.read",
    scope=Scope.FILTERED,
    hidden_without=_HIDDEN_IN_REVISIONS,
)
def read_sales_order_revision(request: Request[NoBody, RevisionQuery], order_id: OrderId) -> SalesOrderRevision:
    """Read a revision of a sales order.

    What was ordered by it, as it was then.
    """
    return revisions.read(request.call, order_id, request.query.number)


@routes.patch(
    "/v1/sales-orders/{order_id}",
    permission="sales_order.write",
    scope=Scope.FILTERED,
    hidden_without=_HIDDEN,
    asynchronous=True,
    errors=[TransitionRefused, InsufficientStock, AlreadyExists],
)
def update_sales_order(request: Request[SalesOrderChange, NoQuery], order_id: OrderId) -> Answer[SalesOrder]:
    """Change a sales order.

    Reservations are adjusted to the new lines in the same commit, or by a job if the order is too large for one
    transaction. Refused when a quantity would be less than what is shipped or picked.
    """
    return request.commit(update.update, order_id, request.body)


@routes.post(
    "/v1/sales-orders/{order_id}/confirm",
    permission="sales_order.confirm",
    scope=Scope.FILTERED,
    hidden_without=_HIDDEN,
    change=True,
    asynchronous=True,
    errors=[TransitionRefused, InsufficientStock],
)
def confirm_sales_order(request: Request[ConfirmSalesOrder, NoQuery], order_id: OrderId) -> Answer[SalesOrder]:
    """Confirm a sales order and reserve its stock.

    With `reservation` `full`, refused when stock is insufficient; with `partial`, the rest is backordered. Refused when
    an item that is short is archived, because no more of it comes. An order
    with more than about 90 combinations of item and location is confirmed by a job: the response is 202, with the job
    in Location.
    """
    return request.commit(service.confirm, order_id, request.body)


@routes.post(
    "/v1/sales-orders/{order_id}/prioritize",
    permission="sales_order.write",
    scope=Scope.FILTERED,
    hidden_without=_HIDDEN,
    change=True,
    asynchronous=True,
    errors=[TransitionRefused],
)
def prioritize_sales_order(request: Request[PrioritizeSalesOrder, NoQuery], order_id: OrderId) -> Answer[SalesOrder]:
    """Change when an order gets stock.

    By its priority and the day for which it is promised. What it waits for gets its new place among those who wait;
    what it has committed stays.
    """
    return request.commit(service.prioritize, order_id, request.body)


@routes.post(
    "/v1/sales-orders/{order_id}/split",
    permission="sales_order.write",
    scope=Scope.FILTERED,
    hidden_without=_HIDDEN,
    change=True,
    asynchronous=True,
    errors=[TransitionRefused, InsufficientStock],
)
def split_sales_order(request: Request[SplitSalesOrder, NoQuery], order_id: OrderId) -> Answer[SalesOrder]:
    """Divide a sales order over warehouses.

    What is short in the warehouse of a line comes from others where it is available beyond what others wait for. A part
    becomes a line of its own, in base units, with the same terms, unless its amounts cannot be divided to the cent;
    what is nowhere stays where it was. Kits and lines that vendors ship stay as they are. A dry run shows what would
    come from where.
    """
    return request.commit(splitting.split, order_id, request.body)


@routes.post(
    "/v1/sales-orders/{order_id}/hold",
    permission="sales_order.hold",
    scope=Scope.FILTERED,
    hidden_without=_HIDDEN,
    change=True,
    errors=[TransitionRefused],
)
def hold_sales_order(request: Request[HoldSalesOrder, NoQuery], order_id: OrderId) -> Answer[SalesOrder]:
    """Put a sales order on hold.

    Nothing of it is picked or shipped until the hold is lifted. What is committed stays committed.
    """
    return request.commit(service.hold, order_id, request.body)


@routes.post(
    "/v1/sales-orders/{order_id}/release",
    permission="sales_order.hold",
    extra_permissions=[_LETS_THROUGH],
    scope=Scope.FILTERED,
    hidden_without=_HIDDEN,
    change=True,
    errors=[TransitionRefused],
)
def release_sales_order(request: Request[ReleaseSalesOrder, NoQuery], order_id: OrderId) -> Answer[SalesOrder]:
    """Lift a hold of a sales order.

    An order beyond its customer's credit limit is let through with that. A hold for a deposit is lifted by itself when
    it is paid.
    """
    return request.commit(service.release, order_id, request.body)


@routes.post(
    "/v1/sales-orders/{order_id}/payment",
    permission="sales_order.payment",
    scope=Scope.FILTERED,
    hidden_without=_HIDDEN,
    change=True,
)
def set_sales_order_payment(request: Request[SetSalesOrderPayment, NoQuery], order_id: OrderId) -> Answer[SalesOrder]:
    """Record whether a sales order is paid.

    As a channel or your accounting says. What is paid uses no credit of the customer, and a hold for a deposit is
    lifted.
    """
    return request.commit(service.set_payment, order_id, request.body)


@routes.post(
    "/v1/sales-orders/{order_id}/cancel",
    permission="sales_order.cancel",
    scope=Scope.FILTERED,
    hidden_without=_HIDDEN,
    change=True,
    asynchronous=True,
    errors=[TransitionRefused],
)
def cancel_sales_order(request: Request[CancelSalesOrder, NoQuery], order_id: OrderId) -> Answer[SalesOrder]:
    """Cancel a sales order, or what is left of it, and release its stock.

    When a part is shipped, the rest is cancelled and the order is done, as with close. Totals are those of what is
    left. Refused while a shipment of the order is open.
    """
    return request.commit(service.cancel, order_id, request.body)


@routes.post(
    "/v1/sales-orders/{order_id}/close",
    permission="sales_order.cancel",
    scope=Scope.FILTERED,
    hidden_without=_HIDDEN,
    change=True,
    asynchronous=True,
    errors=[TransitionRefused, Conflict],
)
def close_sales_order(request: Request[NoBody, NoQuery], order_id: OrderId) -> Answer[SalesOrder]:
    """Close a partly shipped order.

    The rest is cancelled for good, and its stock is released; totals are those of what is shipped. The order stays
    closed: goods that come back go to free stock. Refused while a shipment of the order is open.
    """
    return request.commit(service.close, order_id)
