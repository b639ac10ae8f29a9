"""Vendors over HTTP."""

from chalicelib.access.scope import Scope
from chalicelib.bulk import upserts
from chalicelib.bulk.schemas import BulkResult
from chalicelib.edge.endpoint import ExtraPermission, NoBody, NoQuery, Request, Routes
from chalicelib.kernel.errors import AlreadyExists, TooManyActions, TransitionRefused
from chalicelib.kernel.idempotency import Answer
from chalicelib.kernel.pages import Page
from chalicelib.parties.customers.schemas import CustomerId
from chalicelib.parties.parties.errors import MergeNotUndoable, PartyMerged
from chalicelib.parties.parties.schemas import MergeParty, PossibleDuplicates
from chalicelib.parties.parties.terms import VendorTerms
from chalicelib.parties.vendors import bulk, service
from chalicelib.parties.vendors.bulk_schemas import VendorsUpsert
from chalicelib.parties.vendors.schemas import NewVendor, Vendor, VendorChange, VendorId, VendorQuery

routes = Routes(__name__, "Vendors", "People and companies that sell to you, with their contacts, addresses and terms.")
_WRITES_CUSTOMERS: ExtraPermission[VendorTerms] = ExtraPermission(
    "customer.write", "always: it changes a customer", lambda _: True
)


@routes.post(
    "/v1/vendors",
    permission="vendor.write",
    scope=Scope.ANY,
    status=201,
    location="/v1/vendors/{id}",
    errors=[AlreadyExists, TooManyActions],
)
def create_vendor(request: Request[NewVendor, NoQuery]) -> Answer[Vendor]:
    """Create a vendor.

    Refused when another vendor has its number, or another vendor or customer one of its external references. Ask for
    possible duplicates first.
    """
    return request.commit(service.create, request.body)


@routes.get(
    "/v1/vendors",
    permission="vendor.read",
    scope=Scope.ANY,
)
def list_vendors(request: Request[NoBody, VendorQuery]) -> Page[Vendor]:
    """List vendors.

    All vendors, newest first, or those that changed since a time, or those that are found by an e-mail address, a
    telephone number, a tax number, your own number or an external reference.
    """
    return service.page(request.call, request.query)


@routes.post(
    "/v1/vendors/duplicates",
    permission="vendor.read",
    scope=Scope.ANY,
    command=False,
)
def find_duplicates_of_new_vendor(request: Request[NewVendor, NoQuery]) -> PossibleDuplicates:
    """Find possible duplicates of a new vendor.

    Takes the body of a new vendor and writes nothing. The answer lists the customers and vendors that may be the
    same, by tax number, e-mail address, telephone number, or similar name and address.
    """
    return service.duplicates_of_new(request.call, request.body)


@routes.get(
    "/v1/vendors/{vendor_id}/duplicates",
    permission="vendor.read",
    scope=Scope.ANY,
)
def find_duplicates_of_vendor(request: Request[NoBody, NoQuery], vendor_id: VendorId) -> PossibleDuplicates:
    """Find possible duplicates of a vendor.

    The customers and vendors that may be the same, by tax number, e-mail address, telephone number, or similar name and
    address. Merge those that are.
    """
    return service.duplicates_of(request.call, vendor_id)


@routes.get(
    "/v1/vendors/{vendor_id}",
    permission="vendor.read",
    scope=Scope.ANY,
)
def read_vendor(request: Request[NoBody, NoQuery], vendor_id: VendorId) -> Vendor:
    """Read a vendor.

    With contacts and addresses; also when it is archived, or was merged: then `merged_into` says into which.
    """
    return service.read(request.call, vendor_id)


@routes.patch(
    "/v1/vendors/{vendor_id}",
    permission="vendor.write",
    scope=Scope.ANY,
    errors=[AlreadyExists, PartyMerged, TooManyActions],
)
def update_vendor(request: Request[VendorChange, NoQuery], vendor_id: VendorId) -> Answer[Vendor]:
    """Change a vendor.

    Existing documents keep their copies of the addresses. What a party is called and where it is found is the same for
    all its roles.
    """
    return request.commit(service.update, vendor_id, request.body)


@routes.post(
    "/v1/vendors/{vendor_id}/archive",
    permission="vendor.write",
    scope=Scope.ANY,
    change=True,
    errors=[TransitionRefused],
)
def archive_vendor(request: Request[NoBody, NoQuery], vendor_id: VendorId) -> Answer[Vendor]:
    """Archive a vendor.

    It cannot be used in new documents; existing ones remain. A party is archived in all its roles, so you need to be
    allowed to change them all.
    """
    return request.commit(service.archive, vendor_id)


@routes.post(
    "/v1/vendors/{vendor_id}/restore",
    permission="vendor.write",
    scope=Scope.ANY,
    change=True,
    errors=[TransitionRefused],
)
def restore_vendor(request: Request[NoBody, NoQuery], vendor_id: VendorId) -> Answer[Vendor]:
    """Restore an archived vendor.

    New documents can use it again.
    """
    return request.commit(service.restore, vendor_id)


@routes.post(
    "/v1/vendors/{vendor_id}/merge",
    permission="vendor.write",
    scope=Scope.ANY,
    change=True,
    errors=[TooManyActions, TransitionRefused],
)
def merge_vendor(request: Request[MergeParty, NoQuery], vendor_id: VendorId) -> Answer[Vendor]:
    """Merge a vendor into another party.

    The other one gets the contacts, addresses, tax numbers, external references and roles that it lacks, and is found
    by them. New documents that name this one use the other one; a moment later, existing orders are the other one's
    too, with their copies of names and addresses. You need to be allowed to change all roles of both. It can be undone
    for 24 hours.
    """
    return request.commit(service.merge, vendor_id, request.body)


@routes.post(
    "/v1/vendors/{vendor_id}/unmerge",
    permission="vendor.write",
    scope=Scope.ANY,
    change=True,
    errors=[AlreadyExists, MergeNotUndoable, TooManyActions, TransitionRefused],
)
def unmerge_vendor(request: Request[NoBody, NoQuery], vendor_id: VendorId) -> Answer[Vendor]:
    """Undo the merge of a vendor.

    Both parties are as they were, and so are the orders that were made before the merge; what was changed since stays
    as it is. Possible for 24 hours; the last merge into a party has to be undone first.
    """
    return request.commit(service.unmerge, vendor_id)


@routes.post(
    "/v1/customers/{customer_id}/make-vendor",
    permission="vendor.write",
    scope=Scope.ANY,
    change=True,
    errors=[AlreadyExists, PartyMerged],
    extra_permissions=[_WRITES_CUSTOMERS],
)
def make_customer_vendor(request: Request[VendorTerms, NoQuery], customer_id: CustomerId) -> Answer[Vendor]:
    """Make a customer a vendor too.

    The body is what is agreed with it as a vendor; `{}` for nothing yet. It keeps its id at both doors.
    """
    return request.commit(service.make_vendor, customer_id, request.body)


@routes.post(
    "/v1/vendors/bulk-upsert",
    permission="vendor.write",
    scope=Scope.ANY,
    rows="vendors",
    errors=[AlreadyExists, TooManyActions],
)
def bulk_upsert_vendors(request: Request[VendorsUpsert, NoQuery]) -> Answer[BulkResult]:
    """Create or change up to 100 vendors, matched by number or external reference.

    With `on_error` `skip_rows`, valid rows are written and errors are returned by row; with `all_or_nothing`, the
    request is refused when a row is invalid. One that was merged stands for the one in its place.
    """
    body = request.body
    return upserts.answer(request, bulk.VENDORS, body.vendors, "vendors", body.on_error, body.key)
