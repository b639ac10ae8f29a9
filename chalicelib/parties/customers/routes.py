"""Customers over HTTP."""

from chalicelib.access.scope import Scope
from chalicelib.edge.endpoint import Request, Routes
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
    body=NewCustomer,
    returns=Customer,
    status=201,
    location="/v1/customers/{id}",
)
def create_customer(request: Request) -> Answer:
    """Add a customer."""
    return request.commit(service.create, request.body)


@routes.get("/v1/customers", permission="customer.read", scope=Scope.ANY, query=CustomerQuery, returns=Page[Customer])
def list_customers(request: Request) -> Page[Customer]:
    """List customers.

    Newest first; or by time of change, by the exact e-mail address of a contact, or by an external reference.
    """
    return service.page(request.call, request.query)


@routes.get("/v1/customers/{customer_id}", permission="customer.read", scope=Scope.ANY, returns=Customer)
def read_customer(request: Request, customer_id: str) -> Customer:
    """Read a customer."""
    return service.read(request.call, customer_id)


@routes.patch(
    "/v1/customers/{customer_id}", permission="customer.write", scope=Scope.ANY, body=CustomerChange, returns=Customer
)
def update_customer(request: Request, customer_id: str) -> Answer:
    """Change a customer.

    Documents keep the addresses that they were made with.
    """
    return request.commit(service.update, customer_id, request.body)


@routes.post(
    "/v1/customers/{customer_id}/archive",
    permission="customer.write",
    scope=Scope.ANY,
    returns=Customer,
    change=True,
    errors=[TransitionRefused],
)
def archive_customer(request: Request, customer_id: str) -> Answer:
    """Archive a customer.

    No new orders; what was bought stays.
    """
    return request.commit(service.archive, customer_id)


@routes.post(
    "/v1/customers/{customer_id}/restore",
    permission="customer.write",
    scope=Scope.ANY,
    returns=Customer,
    change=True,
    errors=[TransitionRefused],
)
def restore_customer(request: Request, customer_id: str) -> Answer:
    """Restore an archived customer."""
    return request.commit(service.restore, customer_id)
