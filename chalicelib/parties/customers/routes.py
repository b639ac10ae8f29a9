"""Customers over HTTP."""

from msgspec import UNSET

from chalicelib.access.scope import Scope
from chalicelib.bulk import upserts
from chalicelib.bulk.schemas import BulkResult
from chalicelib.edge.endpoint import ExtraPermission, NoBody, NoQuery, Request, Routes
from chalicelib.kernel.errors import AlreadyExists, TooManyActions, TransitionRefused
from chalicelib.kernel.idempotency import Answer
from chalicelib.kernel.pages import Page
from chalicelib.parties.customers import bulk, service
from chalicelib.parties.customers.bulk_schemas import CustomersUpsert
from chalicelib.parties.customers.schemas import Customer, CustomerChange, CustomerId, CustomerQuery, NewCustomer
from chalicelib.parties.parties.errors import MergeNotUndoable, PartyMerged
from chalicelib.parties.parties.schemas import MergeParty, PossibleDuplicates
from chalicelib.parties.parties.terms import CustomerTerms
from chalicelib.parties.vendors.schemas import VendorId

routes = Routes(__name__, "Customers", "People and companies that buy, with their contacts, addresses and terms.")
_HIDDEN = {"customer.credit": ("credit_limit",)}
_SETS_CREDIT: ExtraPermission[NewCustomer | CustomerChange | CustomerTerms] = ExtraPermission(
    "customer.credit",
    "when it sets or clears a credit limit",
    lambda body: body.credit_limit is not (UNSET if isinstance(body, CustomerChange) else None),
)
_WRITES_VENDORS: ExtraPermission[CustomerTerms] = ExtraPermission(
    "vendor.write", "always: it changes a vendor", lambda _: True
)


@routes.post(
    "/v1/customers",
    permission="customer.write",
    scope=Scope.ANY,
    status=201,
    location="/v1/customers/{id}",
    errors=[AlreadyExists, TooManyActions],
    extra_permissions=[_SETS_CREDIT],
    hidden_without=_HIDDEN,
)
def create_customer(request: Request[NewCustomer, NoQuery]) -> Answer[Customer]:
    """Create a customer.

    Refused when another customer has its number, or another customer or vendor one of its external references. Ask for
    possible duplicates first.
    """
    return request.commit(service.create, request.body)


@routes.get(
    "/v1/customers",
    permission="customer.read",
    scope=Scope.ANY,
    hidden_without=_HIDDEN,
)
def list_customers(request: Request[NoBody, CustomerQuery]) -> Page[Customer]:
    """List customers.

    All customers, newest first, or those that changed since a time, or those that are found by an e-mail address, a
    telephone number, a tax number, your own number or an external reference.
    """
    return service.page(request.call, request.query)


@routes.post(
    "/v1/customers/duplicates",
    permission="customer.read",
    scope=Scope.ANY,
    command=False,
)
def find_duplicates_of_new_customer(request: Request[NewCustomer, NoQuery]) -> PossibleDuplicates:
    """Find possible duplicates of a new customer.

    Takes the body of a new customer and writes nothing. The answer lists the customers and vendors that may be the
    same, by tax number, e-mail address, telephone number, or similar name and address.
    """
    return service.duplicates_of_new(request.call, request.body)


@routes.get(
    "/v1/customers/{customer_id}/duplicates",
    permission="customer.read",
    scope=Scope.ANY,
)
def find_duplicates_of_customer(request: Request[NoBody, NoQuery], customer_id: CustomerId) -> PossibleDuplicates:
    """Find possible duplicates of a customer.

    The customers and vendors that may be the same, by tax number, e-mail address, telephone number, or similar name and
    address. Merge those that are.
    """
    return service.duplicates_of(request.call, customer_id)


@routes.get(
    "/v1/customers/{customer_id}",
    permission="customer.read",
    scope=Scope.ANY,
    hidden_without=_HIDDEN,
)
def read_customer(request: Request[NoBody, NoQuery], customer_id: CustomerId) -> Customer:
    """Read a customer.

    With contacts and addresses; also when it is archived, or was merged: then `merged_into` says into which.
    """
    return service.read(request.call, customer_id)


@routes.patch(
    "/v1/customers/{customer_id}",
    permission="customer.write",
    scope=Scope.ANY,
    errors=[AlreadyExists, PartyMerged, TooManyActions],
    extra_permissions=[_SETS_CREDIT],
    hidden_without=_HIDDEN,
)
def update_customer(request: Request[CustomerChange, NoQuery], customer_id: CustomerId) -> Answer[Customer]:
    """Change a customer.

    Existing documents keep their copies of the addresses. What a party is called and where it is found is the same for
    all its roles.
    """
    return request.commit(service.update, customer_id, request.body)


@routes.post(
    "/v1/customers/{customer_id}/archive",
    permission="customer.write",
    scope=Scope.ANY,
    change=True,
    errors=[TransitionRefused],
    hidden_without=_HIDDEN,
)
def archive_customer(request: Request[NoBody, NoQuery], customer_id: CustomerId) -> Answer[Customer]:
    """Archive a customer.

    It cannot be used in new documents; existing ones remain. A party is archived in all its roles, so you need to be
    allowed to change them all.
    """
    return request.commit(service.archive, customer_id)


@routes.post(
    "/v1/customers/{customer_id}/restore",
    permission="customer.write",
    scope=Scope.ANY,
    change=True,
    errors=[TransitionRefused],
    hidden_without=_HIDDEN,
)
def restore_customer(request: Request[NoBody, NoQuery], customer_id: CustomerId) -> Answer[Customer]:
    """Restore an archived customer.

    New documents can use it again.
    """
    return request.commit(service.restore, customer_id)


@routes.post(
    "/v1/customers/{customer_id}/merge",
    permission="customer.write",
    scope=Scope.ANY,
    change=True,
    errors=[TooManyActions, TransitionRefused],
    hidden_without=_HIDDEN,
)
def merge_customer(request: Request[MergeParty, NoQuery], customer_id: CustomerId) -> Answer[Customer]:
    """Merge a customer into another party.

    The other one gets the contacts, addresses, tax numbers, external references and roles that it lacks, and is found
    by them. New documents that name this one use the other one; a moment later, existing orders are the other one's
    too, with their copies of names and addresses. You need to be allowed to change all roles of both. It can be undone
    for 24 hours.
    """
    return request.commit(service.merge, customer_id, request.body)


@routes.post(
    "/v1/customers/{customer_id}/unmerge",
    permission="customer.write",
    scope=Scope.ANY,
    change=True,
    errors=[AlreadyExists, MergeNotUndoable, TooManyActions, TransitionRefused],
    hidden_without=_HIDDEN,
)
def unmerge_customer(request: Request[NoBody, NoQuery], customer_id: CustomerId) -> Answer[Customer]:
    """Undo the merge of a customer.

    Both parties are as they were, and so are the orders that were made before the merge; what was changed since stays
    as it is. Possible for 24 hours; the last merge into a party has to be undone first.
    """
    return request.commit(service.unmerge, customer_id)


@routes.post(
    "/v1/vendors/{vendor_id}/make-customer",
    permission="customer.write",
    scope=Scope.ANY,
    change=True,
    errors=[AlreadyExists, PartyMerged],
    extra_permissions=[_WRITES_VENDORS, _SETS_CREDIT],
    hidden_without=_HIDDEN,
)
def make_vendor_customer(request: Request[CustomerTerms, NoQuery], vendor_id: VendorId) -> Answer[Customer]:
    """Make a vendor a customer too.

    The body is what is agreed with it as a customer; `{}` for nothing yet. It keeps its id at both doors.
    """
    return request.commit(service.make_customer, vendor_id, request.body)


@routes.post(
    "/v1/customers/bulk-upsert",
    permission="customer.write",
    scope=Scope.ANY,
    rows="customers",
    errors=[AlreadyExists, TooManyActions],
)
def bulk_upsert_customers(request: Request[CustomersUpsert, NoQuery]) -> Answer[BulkResult]:
    """Create or change up to 100 customers, matched by number or external reference.

    With `on_error` `skip_rows`, valid rows are written and errors are returned by row; with `all_or_nothing`, the
    request is refused when a row is invalid. One that was merged stands for the one in its place.
    """
    body = request.body
    return upserts.answer(request, bulk.CUSTOMERS, body.customers, "customers", body.on_error, body.key)
