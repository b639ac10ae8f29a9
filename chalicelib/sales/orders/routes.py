"""Sales orders over HTTP."""

from chalicelib.access.scope import Scope
from chalicelib.edge.endpoint import NoBody, NoQuery, Request, Routes
from chalicelib.inventory.stock.errors import InsufficientStock
from chalicelib.kernel.errors import TransitionRefused
from chalicelib.kernel.idempotency import Answer
from chalicelib.kernel.lists import Page
from chalicelib.sales.orders import service, update
from chalicelib.sales.orders.schemas import (
    CancelOrder,
    ConfirmOrder,
    NewSalesOrder,
    SalesOrder,
    SalesOrderChange,
    SalesOrderQuery,
    SalesOrderSummary,
)

routes = Routes(__name__, "Sales orders")
_HIDDEN = {"customer.read": ("billing_address", "shipping_address", "note")}


@routes.post(
    "/v1/sales-orders",
    permission="sales_order.write",
    scope=Scope.FILTERED,
    hidden_without=_HIDDEN,
    status=201,
    location="/v1/sales-orders/{id}",
)
def create_sales_order(request: Request[NewSalesOrder, NoQuery]) -> Answer[SalesOrder]:
    """Draft a sales order of up to 200 lines."""
    return request.commit(service.create, request.body)


@routes.get(
    "/v1/sales-orders",
    permission="sales_order.read",
    scope=Scope.FILTERED,
)
def list_sales_orders(request: Request[NoBody, SalesOrderQuery]) -> Page[SalesOrderSummary]:
    """List sales orders, newest first.

    All of them, those of a month, the open ones, or those of a customer; status narrows any of these.
    """
    return service.page(request.call, request.query)


@routes.get(
    "/v1/sales-orders/{order_id}",
    permission="sales_order.read",
    scope=Scope.FILTERED,
    hidden_without=_HIDDEN,
)
def read_sales_order(request: Request[NoBody, NoQuery], order_id: str) -> SalesOrder:
    """Read a sales order.

    Addresses and the note are for those who may read customers; others get null.
    """
    return service.read(request.call, order_id)


@routes.patch(
    "/v1/sales-orders/{order_id}",
    permission="sales_order.write",
    scope=Scope.FILTERED,
    hidden_without=_HIDDEN,
    errors=[TransitionRefused, InsufficientStock],
)
def update_sales_order(request: Request[SalesOrderChange, NoQuery], order_id: str) -> Answer[SalesOrder]:
    """Change a sales order.

    What is reserved follows the new lines in the same commit.
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
def confirm_sales_order(request: Request[ConfirmOrder, NoQuery], order_id: str) -> Answer[SalesOrder]:
    """Confirm a sales order and reserve its stock.

    An order of more than 90 items and locations is confirmed by a job: 202, and its Location tells the progress.
    """
    return request.commit(service.confirm, order_id, request.body)


@routes.post(
    "/v1/sales-orders/{order_id}/cancel",
    permission="sales_order.cancel",
    scope=Scope.FILTERED,
    hidden_without=_HIDDEN,
    change=True,
    asynchronous=True,
    errors=[TransitionRefused],
)
def cancel_sales_order(request: Request[CancelOrder, NoQuery], order_id: str) -> Answer[SalesOrder]:
    """Cancel a sales order and release its stock."""
    return request.commit(service.cancel, order_id, request.body)


@routes.post(
    "/v1/sales-orders/{order_id}/close",
    permission="sales_order.cancel",
    scope=Scope.FILTERED,
    hidden_without=_HIDDEN,
    change=True,
    asynchronous=True,
    errors=[TransitionRefused],
)
def close_sales_order(request: Request[NoBody, NoQuery], order_id: str) -> Answer[SalesOrder]:
    """Close a partly shipped order.

    What is not shipped is no longer wanted, and its stock is released.
    """
    return request.commit(service.close, order_id)
