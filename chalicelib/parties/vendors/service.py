"""Use cases of vendors, which are parties with this role."""

from collections.abc import Collection

from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo.store import Ref
from chalicelib.kernel.names import Named
from chalicelib.kernel.pages import Page
from chalicelib.kernel.use_case import use_case
from chalicelib.kernel.work import Work
from chalicelib.parties.parties import duplicates, events, listing, merging, repository, rules
from chalicelib.parties.parties.schemas import MergeParty, PartyRole, PartyStatus, PossibleDuplicates
from chalicelib.parties.parties.tables import Party
from chalicelib.parties.parties.terms import VendorTerms
from chalicelib.parties.vendors.schemas import NewVendor, Vendor, VendorChange, VendorQuery

_ROLE = PartyRole.VENDOR
VIEWS = listing.views(_ROLE)
"""The ways to list vendors."""


@use_case(events.CREATED)
def create(work: Work, command: NewVendor) -> Vendor:
    """Creates a vendor. AlreadyExists when another one has its number or one of its external references."""
    return view(add(work, command))


@use_case(events.UPDATED)
def update(work: Work, vendor_id: str, change: VendorChange) -> Vendor:
    """Changes the given fields of a vendor. PartyMerged when it was merged."""
    row = repository.load_for_update(work, _ROLE, vendor_id)
    repository.apply(work, _ROLE, row, change)
    return view(work.save(row))


@use_case(events.ARCHIVED)
def archive(work: Work, vendor_id: str) -> Vendor:
    """Archives the party, in all its roles: it cannot be used in new documents; its history remains."""
    return view(repository.run_transition(work, _ROLE, vendor_id, "archive"))


@use_case(events.RESTORED)
def restore(work: Work, vendor_id: str) -> Vendor:
    """Restores an archived party."""
    return view(repository.run_transition(work, _ROLE, vendor_id, "restore"))


@use_case(events.MERGED)
def merge(work: Work, vendor_id: str, command: MergeParty) -> Vendor:
    """Merges a vendor into another party (`merging.merge`)."""
    return view(merging.merge(work, _ROLE, vendor_id, command.into))


@use_case(events.UNMERGED)
def unmerge(work: Work, vendor_id: str) -> Vendor:
    """Undoes the merge of a vendor (`merging.unmerge`)."""
    return view(merging.unmerge(work, _ROLE, vendor_id))


@use_case(events.ROLE_ADDED)
def make_vendor(work: Work, customer_id: str, terms: VendorTerms) -> Vendor:
    """Makes a customer a vendor too. AlreadyExists when it is one."""
    row = repository.load_for_update(work, PartyRole.CUSTOMER, customer_id)
    repository.grant(work, _ROLE, row, terms)
    return view(work.save(row))


def read(call: Call, vendor_id: str) -> Vendor:
    """One vendor; also when it was merged. NotFound."""
    return view(repository.read(call, _ROLE, vendor_id))


def page(call: Call, query: VendorQuery) -> Page[Vendor]:
    """A page of vendors."""
    rows, cursor = listing.page(call, _ROLE, query, VIEWS)
    return Page([view(row) for row in rows], cursor)


def duplicates_of(call: Call, vendor_id: str) -> PossibleDuplicates:
    """Who may be the same as the vendor. NotFound."""
    return duplicates.possible(call, repository.read(call, _ROLE, vendor_id))


def duplicates_of_new(call: Call, command: NewVendor) -> PossibleDuplicates:
    """Who may be the same as a vendor that does not exist yet. Invalid."""
    return duplicates.of_new(call, command, rules.of_command(VendorTerms, command))


def names(call: Call, vendor_ids: Collection[str]) -> dict[str, Named]:
    """The names and numbers of vendors."""
    return repository.names(call, _ROLE, vendor_ids)


def ref(work: Work, vendor_id: str) -> Ref:
    """The key of a vendor, for reading it together with other rows."""
    return repository.ref(work.tenant, vendor_id)


def active(work: Work, vendor_id: str, pointer: str) -> Vendor:
    """The vendor, or the one that it was merged into, for a new document: use the id of what is returned. Invalid at
    `pointer` when it is missing or archived."""
    return view(repository.active(work, _ROLE, vendor_id, pointer))


def family(work: Work, vendor_id: str) -> list[str]:
    """The ids of the vendor in use in place of this one, and of all parties that were merged into it, the latest one
    first: what belongs to one of them counts in this order."""
    return repository.family(work, vendor_id)


def unmerged(work: Work, vendor_id: str) -> Vendor:
    """The vendor, for more that belongs to it. NotFound; PartyMerged when another one has taken its place."""
    return view(repository.unmerged(work, _ROLE, vendor_id))


def in_use(work: Work, vendor_id: str) -> Vendor | None:
    """The vendor, or the one that it was merged into; None when it is missing or archived."""
    row = repository.resolved(work, vendor_id)
    is_active = row is not None and row.status is PartyStatus.ACTIVE and row.terms(_ROLE) is not None
    return view(row) if row is not None and is_active else None


def add(work: Work, command: NewVendor, pointer: str = "") -> Party:
    """Adds a new vendor to the work. Invalid, AlreadyExists. pointer: where it lies in the request."""
    return repository.add(work, _ROLE, command, rules.of_command(VendorTerms, command), pointer)


def view(row: Party) -> Vendor:
    """The API's representation of the row."""
    return repository.view(row, Vendor, VendorTerms)
