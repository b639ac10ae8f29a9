"""The credit of customers over HTTP."""

from chalicelib.access.scope import Scope
from chalicelib.edge.endpoint import NoBody, NoQuery, Request, Routes
from chalicelib.parties.customers.schemas import CustomerId
from chalicelib.sales.credit import service
from chalicelib.sales.credit.schemas import CustomerCredit

routes = Routes(__name__, "Customer credit", "How much customers may still order before they have to pay.")


@routes.get(
    "/v1/customers/{customer_id}/credit",
    permission="customer.credit",
    scope=Scope.ANY,
)
def read_customer_credit(request: Request[NoBody, NoQuery], customer_id: CustomerId) -> CustomerCredit:
    """Read how much a customer may still order.

    The limit of the customer, and what unpaid orders use of it. An order beyond the limit is on hold until somebody
    lets it through.
    """
    return service.read(request.call, customer_id)
