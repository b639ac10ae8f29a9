"""Customers over HTTP."""

from chalicelib.access.scope import Scope
from chalicelib.edge.endpoint import NoBody, NoQuery, Request, Routes
from chalicelib.kernel.errors import TransitionRefused
from chalicelib.kernel.idempotency import Answer
from chalicelib.kernel.lists import Page
from chalicelib.parties.customers import service
from chalicelib.parties.customers.schemas import Customer, CustomerChange, CustomerQuery, NewCustomer

routes = Routes(__name__, "Customers")


@routes.post(
    "/v1/customers",
    permission="customer.write",
    scope=Scope.ANY,
    status=201,
    location="/v1/customers/{id}",
)
def create_customer(request: Request[NewCustomer, NoQuery]) -> Answer[Customer]:
    """Create a customer.

    Refused when another customer has one of its external references.
    """
    return request.commit(service.create, request.body)


@routes.get(
    "/v1/customers",
    permission="customer.read",
    scope=Scope.ANY,
)
def list_customers(request: Request[NoBody, CustomerQuery]) -> Page[Customer]:
    """List customers.

    All customers, newest first, or filtered by time of change, exact e-mail address of a contact, or external
    reference.
    """
    return service.page(request.call, request.query)


@routes.get(
    "/v1/customers/{customer_id}",
    permission="customer.read",
    scope=Scope.ANY,
)
def read_customer(request: Request[NoBody, NoQuery], customer_id: str) -> Customer:
    """Read a customer."""
    return service.read(request.call, customer_id)


@routes.patch(
    "/v1/customers/{customer_id}",
    permission="customer.write",
    scope=Scope.ANY,
)
def update_customer(request: Request[CustomerChange, NoQuery], customer_id: str) -> Answer[Customer]:
    """Change a customer.

    Existing orders and shipments keep their copies of the addresses.
    """
    return request.commit(service.update, customer_id, request.body)


@routes.post(
    "/v1/customers/{customer_id}/archive",
    permission="customer.write",
    scope=Scope.ANY,
    change=True,
    errors=[TransitionRefused],
)
def archive_customer(request: Request[NoBody, NoQuery], customer_id: str) -> Answer[Customer]:
    """Archive a customer.

    It cannot be used in new orders; existing orders remain.
    """
    return request.commit(service.archive, customer_id)


@routes.post(
    "/v1/customers/{customer_id}/restore",
    permission="customer.write",
    scope=Scope.ANY,
    change=True,
    errors=[TransitionRefused],
)
def restore_customer(request: Request[NoBody, NoQuery], customer_id: str) -> Answer[Customer]:
    """Restore an archived customer."""
    return request.commit(service.restore, customer_id)
