"""Use cases of customers, which are parties with this role."""

from collections.abc import Collection

from chalicelib.kernel.call import Call
from chalicelib.kernel.codes import folded
from chalicelib.kernel.dynamo.store import Ref, ref_of
from chalicelib.kernel.names import Named
from chalicelib.kernel.pages import Page
from chalicelib.kernel.use_case import use_case
from chalicelib.kernel.views import Filter
from chalicelib.kernel.work import Work
from chalicelib.parties.customers.schemas import Customer, CustomerChange, CustomerQuery, NewCustomer
from chalicelib.parties.parties import duplicates, events, listing, lookups, merging, repository, rules
from chalicelib.parties.parties.schemas import MergeParty, MoneyAmount, PartyRole, PossibleDuplicates
from chalicelib.parties.parties.tables import Party
from chalicelib.parties.parties.terms import CustomerTerms

_ROLE = PartyRole.CUSTOMER
_GROUP = Filter(
    "group", lambda row, group: row.customer is not None and folded(row.customer.group or "") == folded(group)
)
VIEWS = listing.views(_ROLE, _GROUP)
"""The ways to list customers."""


@use_case(events.CREATED)
def create(work: Work, command: NewCustomer) -> Customer:
    """Creates a customer. AlreadyExists when another one has its number or one of its external references."""
    return view(add(work, command))


@use_case(events.UPDATED)
def update(work: Work, customer_id: str, change: CustomerChange) -> Customer:
    """Changes the given fields of a customer. PartyMerged when it was merged."""
    row = repository.load_for_update(work, _ROLE, customer_id)
    repository.apply(work, _ROLE, row, change)
    return view(work.save(row))


@use_case(events.ARCHIVED)
def archive(work: Work, customer_id: str) -> Customer:
    """Archives the party, in all its roles: it cannot be used in new documents; its history remains."""
    return view(repository.run_transition(work, _ROLE, customer_id, "archive"))


@use_case(events.RESTORED)
def restore(work: Work, customer_id: str) -> Customer:
    """Restores an archived party."""
    return view(repository.run_transition(work, _ROLE, customer_id, "restore"))


@use_case(events.MERGED)
def merge(work: Work, customer_id: str, command: MergeParty) -> Customer:
    """Merges a customer into another party (`merging.merge`)."""
    return view(merging.merge(work, _ROLE, customer_id, command.into))


@use_case(events.UNMERGED)
def unmerge(work: Work, customer_id: str) -> Customer:
    """Undoes the merge of a customer (`merging.unmerge`)."""
    return view(merging.unmerge(work, _ROLE, customer_id))


@use_case(events.ROLE_ADDED)
def make_customer(work: Work, vendor_id: str, terms: CustomerTerms) -> Customer:
    """Makes a vendor a customer too. AlreadyExists when it is one."""
    row = repository.load_for_update(work, PartyRole.VENDOR, vendor_id)
    repository.grant(work, _ROLE, row, terms)
    return view(work.save(row))


def read(call: Call, customer_id: str) -> Customer:
    """One customer; also when it was merged. NotFound."""
    return view(repository.read(call, _ROLE, customer_id))


def page(call: Call, query: CustomerQuery) -> Page[Customer]:
    """A page of customers."""
    rows, cursor = listing.page(call, _ROLE, query, VIEWS)
    return Page([view(row) for row in rows], cursor)


def duplicates_of(call: Call, customer_id: str) -> PossibleDuplicates:
    """Who may be the same as the customer. NotFound."""
    return duplicates.possible(call, repository.read(call, _ROLE, customer_id))


def duplicates_of_new(call: Call, command: NewCustomer) -> PossibleDuplicates:
    """Who may be the same as a customer that does not exist yet. Invalid."""
    return duplicates.of_new(call, command, rules.of_command(CustomerTerms, command))


def names(call: Call, customer_ids: Collection[str]) -> dict[str, Named]:
    """The names and numbers of customers."""
    return repository.names(call, _ROLE, customer_ids)


def ref(work: Work, customer_id: str) -> Ref:
    """The key of a customer, for reading it together with other rows."""
    return repository.ref(work.tenant, customer_id)


def active(work: Work, customer_id: str, pointer: str) -> Customer:
    """The customer, or the one that it was merged into, for a new document: use the id of what is returned. Invalid at
    `pointer` when it is missing or archived."""
    return view(repository.active(work, _ROLE, customer_id, pointer))


def credit_limit(work: Work, customer_id: str) -> MoneyAmount | None:
    """How much the customer, or the one that it was merged into, may owe; None for no limit."""
    row = repository.resolved(work, customer_id)
    return row.customer.credit_limit if row is not None and row.customer is not None else None


def require_unchanged(work: Work, customer_id: str) -> None:
    """Lets the commit fail, and be decided again, when the customer, or the one that it was merged into, has changed
    since it was read."""
    row = repository.resolved(work, customer_id)
    if row is not None and ref_of(row) not in {action.ref for action in work.actions}:
        work.require(ref_of(row), Party.version == row.version)


def path(work: Work, customer_id: str) -> list[str]:
    """The ids of the customer and of those that it was merged into, one after the other; the last one is in use."""
    return repository.path(work, customer_id)


def family(work: Work, customer_id: str) -> list[str]:
    """The ids of the customer in use in place of this one, and of all parties that were merged into it, the latest one
    first: what belongs to one of them counts in this order."""
    return repository.family(work, customer_id)


def unmerged(work: Work, customer_id: str) -> Customer:
    """The customer, for more that belongs to it. NotFound; PartyMerged when another one has taken its place."""
    return view(repository.unmerged(work, _ROLE, customer_id))


def find_by_email(call: Call, email: str) -> list[Customer]:
    """At most 100 customers with a contact of this e-mail address, oldest first; strongly consistent."""
    rows = repository.found_in(call, lookups.email(call.tenant, email), 100)
    return [view(row) for row in rows if row.terms(_ROLE) is not None]


def add(work: Work, command: NewCustomer, pointer: str = "") -> Party:
    """Adds a new customer to the work. Invalid, AlreadyExists. pointer: where it lies in the request."""
    return repository.add(work, _ROLE, command, rules.of_command(CustomerTerms, command), pointer)


def view(row: Party) -> Customer:
    """The API's representation of the row."""
    return repository.view(row, Customer, CustomerTerms)
