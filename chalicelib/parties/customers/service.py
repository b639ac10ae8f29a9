"""Use cases of customers."""

from collections.abc import Sequence

from msgspec import UNSET

from chalicelib.kernel import lifecycle
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.errors import Invalid, NotFound
from chalicelib.kernel.lifecycle import LifecycleStatus
from chalicelib.kernel.lists import Page, paginate
from chalicelib.kernel.tenant import Tenant
from chalicelib.kernel.uniques import Unique
from chalicelib.kernel.use_case import use_case
from chalicelib.kernel.work import Work
from chalicelib.parties.customers import rules, tables
from chalicelib.parties.customers.schemas import (
    Contact,
    Customer,
    CustomerChange,
    CustomerQuery,
    NewCustomer,
)

_PLAIN_FIELDS = ("kind", "name", "contacts", "addresses", "tax_id", "currency", "terms", "notes", "external_refs")


@use_case("customer.created")
def create(work: Work, command: NewCustomer) -> Customer:
    """Adds a customer. AlreadyExists when an external reference is taken."""
    return view(add(work, command))


@use_case("customer.updated")
def update(work: Work, customer_id: str, change: CustomerChange) -> Customer:
    """Changes the given fields of a customer."""
    rules.check(change)
    row = work.load_for_update(tables.Customer, work.tenant.key(), customer_id)
    before = list(row.contacts or [])
    for name in _PLAIN_FIELDS:
        value = getattr(change, name)
        if value is not UNSET:
            setattr(row, name, value or None)
    _move_emails(work, row, before)
    return view(work.save(row))


@use_case("customer.archived")
def archive(work: Work, customer_id: str) -> Customer:
    """Takes the customer out of use: no new orders; history stays."""
    return _step(work, customer_id, "archive")


@use_case("customer.restored")
def restore(work: Work, customer_id: str) -> Customer:
    """Puts an archived customer back into use."""
    return _step(work, customer_id, "restore")


def _step(work: Work, customer_id: str, step: str) -> Customer:
    row = work.load_for_update(tables.Customer, work.tenant.key(), customer_id)
    lifecycle.take(row, step)
    return view(work.save(row))


def read(call: Call, customer_id: str) -> Customer:
    """One customer. NotFound."""
    row = store.get(tables.Customer, call.tenant.key(), customer_id)
    if row is None:
        raise NotFound("There is no such customer.")
    return view(row)


def page(call: Call, query: CustomerQuery) -> Page[Customer]:
    """A page of customers."""
    if query.email is not None:
        found, cursor = paginate(tables.CustomerEmail, tables.VIEWS, call, query)
        return Page(_by_id(call.tenant, [entry.customer_id for entry in found]), cursor)
    if query.external_system is not None or query.external_id is not None:
        owners, cursor = paginate(Unique, tables.VIEWS, call, query)
        return Page(_by_id(call.tenant, [entry.owner for entry in owners]), cursor)
    rows, cursor = paginate(tables.Customer, tables.VIEWS, call, query)
    return Page([view(row) for row in rows], cursor)


def _by_id(tenant: Tenant, customer_ids: Sequence[str]) -> list[Customer]:
    found = store.get_many(store.Ref(tables.Customer, tenant.key(), customer_id) for customer_id in customer_ids)
    return [view(tables.Customer.read(item)) for item in found.values() if item is not None]


def ref(work: Work, customer_id: str) -> store.Ref:
    """Names a customer for a joint read."""
    return store.Ref(tables.Customer, work.tenant.key(), customer_id)


def active(work: Work, customer_id: str, pointer: str) -> Customer:
    """The customer, for a new document. Invalid at `pointer` when it is unknown or archived."""
    row = work.find(tables.Customer, work.tenant.key(), customer_id)
    problems = lifecycle.problems("customer", [(row, pointer)])
    if row is None or problems:
        raise Invalid(errors=problems)
    return view(row)


def find_by_email(tenant: Tenant, email: str) -> list[Customer]:
    """The customers with a contact of this e-mail address, oldest first; read strongly. At most 100."""
    partition = tenant.key(tables.email_token(tenant, email))
    found = store.query(tables.CustomerEmail, tables.CustomerEmail.partition == partition, limit=100)
    ids = [tables.CustomerEmail.read(item).customer_id for item in found.items]
    return _by_id(tenant, ids)


def add(work: Work, command: NewCustomer) -> tables.Customer:
    """Wants a new row with its e-mail tokens and external references."""
    rules.check(command)
    row = tables.Customer(
        partition=work.tenant.key(),
        id=work.new_id("cus"),
        kind=command.kind,
        name=command.name,
        contacts=list(command.contacts) or None,
        addresses=list(command.addresses) or None,
        tax_id=command.tax_id,
        currency=command.currency,
        terms=command.terms,
        notes=command.notes or None,
        status=LifecycleStatus.ACTIVE,
        external_refs=list(command.external_refs) or None,
    )
    work.create(row)
    _move_emails(work, row, [])
    return row


def _move_emails(work: Work, row: tables.Customer, before: Sequence[Contact]) -> None:
    """Keeps the e-mail rows of the customer in step with its contacts."""
    old, new = set(rules.emails(before)), set(rules.emails(row.contacts or []))
    for email in sorted(new - old):
        work.overwrite(_email_row(work.tenant, email, row.id))
    for email in sorted(old - new):
        work.remove(store.ref_of(_email_row(work.tenant, email, row.id)))


def _email_row(tenant: Tenant, email: str, customer_id: str) -> tables.CustomerEmail:
    return tables.CustomerEmail(partition=tenant.key(tables.email_token(tenant, email)), customer_id=customer_id)


def view(row: tables.Customer) -> Customer:
    """The row as the API shows it."""
    return Customer(
        id=row.id,
        kind=row.kind,
        name=row.name,
        contacts=row.contacts or [],
        addresses=row.addresses or [],
        tax_id=row.tax_id,
        currency=row.currency,
        terms=row.terms,
        notes=row.notes or "",
        status=row.status,
        external_refs=row.external_refs or [],
        allowed_transitions=lifecycle.allowed(row.status),
        **row.stamps(),
    )
