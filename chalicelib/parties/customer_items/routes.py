"""Customers' own codes of items over HTTP."""

from chalicelib.access.scope import Scope
from chalicelib.edge.endpoint import NoBody, NoQuery, Request, Routes
from chalicelib.kernel.errors import AlreadyExists
from chalicelib.kernel.idempotency import Answer
from chalicelib.kernel.pages import Page
from chalicelib.parties.customer_items import service
from chalicelib.parties.customer_items.schemas import (
    CustomerItem,
    CustomerItemQuery,
    CustomerItemSet,
    SetCustomerItem,
)
from chalicelib.parties.customers.schemas import CustomerId
from chalicelib.parties.parties.errors import PartyMerged

routes = Routes(__name__, "Customer items", "What customers call the items that they buy: their own codes and names.")


@routes.get(
    "/v1/customers/{customer_id}/items",
    permission="customer.read",
    scope=Scope.ANY,
)
def list_customer_items(request: Request[NoBody, CustomerItemQuery], customer_id: CustomerId) -> Page[CustomerItem]:
    """List what a customer calls items.

    All, the item with a code, or what one item is called. Codes of customers that were merged into this one are found
    by code, and are listed there.
    """
    return service.page(request.call, customer_id, request.query)


@routes.post(
    "/v1/customers/{customer_id}/items",
    permission="customer.write",
    scope=Scope.ANY,
    errors=[AlreadyExists, PartyMerged],
)
def set_customer_item(request: Request[SetCustomerItem, NoQuery], customer_id: CustomerId) -> Answer[CustomerItemSet]:
    """Set what a customer calls an item.

    It takes the place of what was set before; without a code it is taken away. Refused when another item of the
    customer has the code. Existing orders keep what they show.
    """
    return request.commit(service.set_item, customer_id, request.body)
