"""Sales orders over HTTP."""

import msgspec

from chalicelib.access import permissions
from chalicelib.access.scope import Scope
from chalicelib.edge.endpoint import Request, Routes
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


@routes.post(
    "/v1/sales-orders",
    permission="sales_order.write",
    scope=Scope.FILTERED,
    body=NewSalesOrder,
    returns=SalesOrder,
    status=201,
    location="/v1/sales-orders/{id}",
)
def create_sales_order(request: Request) -> Answer:
    """Draft a sales order of up to 200 lines."""
    return request.commit(service.create, request.body)


@routes.get(
    "/v1/sales-orders",
    permission="sales_order.read",
    scope=Scope.FILTERED,
    query=SalesOrderQuery,
    returns=Page[SalesOrderSummary],
)
def list_sales_orders(request: Request) -> Page[SalesOrderSummary]:
    """List sales orders, newest first.

    All of them, those of a month, the open ones, or those of a customer; status narrows any of these.
    """
    return service.page(request.call, request.query)


@routes.get("/v1/sales-orders/{order_id}", permission="sales_order.read", scope=Scope.FILTERED, returns=SalesOrder)
def read_sales_order(request: Request, order_id: str) -> SalesOrder:
    """Read a sales order.

    Addresses and the note are for those who may read customers; others get null.
    """
    order = service.read(request.call, order_id)
    if permissions.is_allowed(request.call.roles, "customer.read"):
        return order
    return msgspec.structs.replace(order, billing_address=None, shipping_address=None, note=None)


@routes.patch(
    "/v1/sales-orders/{order_id}",
    permission="sales_order.write",
    scope=Scope.FILTERED,
    body=SalesOrderChange,
    returns=SalesOrder,
    errors=[TransitionRefused, InsufficientStock],
)
def update_sales_order(request: Request, order_id: str) -> Answer:
    """Change a sales order.

    What is reserved follows the new lines in the same commit.
    """
    return request.commit(update.update, order_id, request.body)


@routes.post(
    "/v1/sales-orders/{order_id}/confirm",
    permission="sales_order.confirm",
    scope=Scope.FILTERED,
    body=ConfirmOrder,
    returns=SalesOrder,
    change=True,
    asynchronous=True,
    errors=[TransitionRefused, InsufficientStock],
)
def confirm_sales_order(request: Request, order_id: str) -> Answer:
    """Confirm a sales order and reserve its stock.

    An order of more than 90 items and locations is confirmed by a job: 202, and its Location tells the progress.
    """
    return request.commit(service.confirm, order_id, request.body)


@routes.post(
    "/v1/sales-orders/{order_id}/cancel",
    permission="sales_order.cancel",
    scope=Scope.FILTERED,
    body=CancelOrder,
    returns=SalesOrder,
    change=True,
    asynchronous=True,
    errors=[TransitionRefused],
)
def cancel_sales_order(request: Request, order_id: str) -> Answer:
    """Cancel a sales order and release its stock."""
    return request.commit(service.cancel, order_id, request.body)


@routes.post(
    "/v1/sales-orders/{order_id}/close",
    permission="sales_order.cancel",
    scope=Scope.FILTERED,
    returns=SalesOrder,
    change=True,
    asynchronous=True,
    errors=[TransitionRefused],
)
def close_sales_order(request: Request, order_id: str) -> Answer:
    """Close a partly shipped order.

    What is not shipped is no longer wanted, and its stock is released.
    """
    return request.commit(service.close, order_id)
