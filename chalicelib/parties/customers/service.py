"""Use cases of customers."""

from collections.abc import Sequence

from chalicelib.kernel import lifecycle
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo.store import Ref, ref_of
from chalicelib.kernel.errors import Invalid
from chalicelib.kernel.lifecycle import LIFECYCLE, LifecycleStatus
from chalicelib.kernel.lists import Page, paginate
from chalicelib.kernel.mapping import patch, to_row, to_struct
from chalicelib.kernel.tenant import Tenant
from chalicelib.kernel.uniques import Unique
from chalicelib.kernel.use_case import use_case
from chalicelib.kernel.visibility import find_all, find_many, load_visible
from chalicelib.kernel.work import Work
from chalicelib.parties.customers import events, rules, tables
from chalicelib.parties.customers.schemas import (
    Contact,
    Customer,
    CustomerChange,
    CustomerQuery,
    NewCustomer,
)


@use_case(events.CREATED)
def create(work: Work, command: NewCustomer) -> Customer:
    """Creates a customer. AlreadyExists when another customer has one of its external references."""
    return view(add(work, command))


@use_case(events.UPDATED)
def update(work: Work, customer_id: str, change: CustomerChange) -> Customer:
    """Changes the given fields of a customer."""
    rules.check(change)
    row = work.load_for_update(tables.Customer, work.tenant.key(), customer_id)
    before = list(row.contacts or [])
    patch(row, change)
    _move_emails(work, row, before)
    return view(work.save(row))


@use_case(events.ARCHIVED)
def archive(work: Work, customer_id: str) -> Customer:
    """Archives the customer: it cannot be used in new orders; its history remains."""
    return _run_transition(work, customer_id, "archive")


@use_case(events.RESTORED)
def restore(work: Work, customer_id: str) -> Customer:
    """Restores an archived customer."""
    return _run_transition(work, customer_id, "restore")


def _run_transition(work: Work, customer_id: str, transition: str) -> Customer:
    row = work.load_for_update(tables.Customer, work.tenant.key(), customer_id)
    LIFECYCLE.take(row, transition)
    return view(work.save(row))


def read(call: Call, customer_id: str) -> Customer:
    """One customer. NotFound."""
    return view(load_visible(call, tables.Customer, call.tenant.key(), customer_id))


def page(call: Call, query: CustomerQuery) -> Page[Customer]:
    """A page of customers."""
    if query.email is not None:
        found, cursor = paginate(tables.CustomerEmail, tables.VIEWS, call, query)
        return Page(_by_id(call, [entry.customer_id for entry in found]), cursor)
    if query.external_system is not None or query.external_id is not None:
        owners, cursor = paginate(Unique, tables.VIEWS, call, query)
        return Page(_by_id(call, [entry.owner for entry in owners]), cursor)
    rows, cursor = paginate(tables.Customer, tables.VIEWS, call, query)
    return Page([view(row) for row in rows], cursor)


def _by_id(call: Call, customer_ids: Sequence[str]) -> list[Customer]:
    refs = [Ref(tables.Customer, call.tenant.key(), customer_id) for customer_id in customer_ids]
    return [view(row) for row in find_many(call, tables.Customer, refs)]


def ref(work: Work, customer_id: str) -> Ref:
    """The key of a customer, for reading it together with other rows."""
    return Ref(tables.Customer, work.tenant.key(), customer_id)


def active(work: Work, customer_id: str, pointer: str) -> Customer:
    """The customer, for a new document. Invalid at `pointer` when it is missing or archived."""
    row = work.find(tables.Customer, work.tenant.key(), customer_id)
    problems = lifecycle.problems("customer", [(row, pointer)])
    if row is None or problems:
        raise Invalid(errors=problems)
    return view(row)


def find_by_email(call: Call, email: str) -> list[Customer]:
    """At most 100 customers with a contact of this e-mail address, oldest first; strongly consistent."""
    partition = call.tenant.key(tables.email_token(call.tenant, email))
    found = find_all(call, tables.CustomerEmail, tables.CustomerEmail.partition == partition, limit=100)
    return _by_id(call, [entry.customer_id for entry in found])


def add(work: Work, command: NewCustomer) -> tables.Customer:
    """Adds a new row with its e-mail tokens and external references to the work."""
    rules.check(command)
    row = to_row(
        tables.Customer,
        command,
        partition=work.tenant.key(),
        id=work.new_id("cus"),
        status=LifecycleStatus.ACTIVE,
    )
    work.create(row)
    _move_emails(work, row, [])
    return row


def _move_emails(work: Work, row: tables.Customer, before: Sequence[Contact]) -> None:
    """Updates the e-mail rows of the customer to its contacts."""
    old, new = set(rules.emails(before)), set(rules.emails(row.contacts or []))
    for email in sorted(new - old):
        work.overwrite(_email_row(work.tenant, email, row.id))
    for email in sorted(old - new):
        work.remove(ref_of(_email_row(work.tenant, email, row.id)))


def _email_row(tenant: Tenant, email: str, customer_id: str) -> tables.CustomerEmail:
    return tables.CustomerEmail(partition=tenant.key(tables.email_token(tenant, email)), customer_id=customer_id)


def view(row: tables.Customer) -> Customer:
    """The API's representation of the row."""
    return to_struct(row, Customer, allowed_transitions=LIFECYCLE.allowed(row))
