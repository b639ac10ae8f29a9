"""Use cases of customers' own codes of items, and what documents ask for."""

from collections.abc import Collection, Iterable, Sequence

from chalicelib.bulk.schemas import BulkRowOutcome
from chalicelib.catalog.items import named
from chalicelib.kernel import uniques
from chalicelib.kernel.call import Call
from chalicelib.kernel.codes import folded
from chalicelib.kernel.dynamo.store import Ref, ref_of
from chalicelib.kernel.errors import FieldError, Invalid
from chalicelib.kernel.lists import paginate
from chalicelib.kernel.mapping import to_struct
from chalicelib.kernel.pages import Page
from chalicelib.kernel.use_case import use_case
from chalicelib.kernel.work import Work
from chalicelib.parties.customer_items import events, tables
from chalicelib.parties.customer_items.schemas import (
    CustomerItem,
    CustomerItemQuery,
    CustomerItemSet,
    ItemsOfCustomer,
    SetCustomerItem,
)
from chalicelib.parties.customers import service as customers


@use_case(events.SET)
def set_item(work: Work, customer_id: str, command: SetCustomerItem) -> CustomerItemSet:
    """Sets what a customer calls an item, or takes it away. NotFound when there is no such customer, PartyMerged for a
    code of one that was merged, Invalid for the item, AlreadyExists when another item of the customer has the code."""
    if command.code is None:
        customers.read(work.call, customer_id)
    else:
        customers.unmerged(work, customer_id)
    outcome, item_id = _put(work, customer_id, command)
    return CustomerItemSet(
        customer_id=customer_id, item_id=item_id, outcome=outcome, code=command.code, name=command.name
    )


def _put(work: Work, customer_id: str, given: SetCustomerItem) -> tuple[BulkRowOutcome, str]:
    """Sets what an existing customer calls an item, or takes it away; returns what was done, and the id of the item.
    Invalid for the item, AlreadyExists for the code."""
    if given.code is None and given.name is not None:
        raise Invalid(errors=[FieldError("/name", "needs_code", "A name goes with a code.")])
    item = named.items(work, [(given.item_id, given.sku)], [""])[0]
    row = work.find(tables.CustomerItem, *_key(work, customer_id, item.id))
    before = (row.code, row.name) if row is not None else (None, None)
    if before == (given.code, given.name):
        return BulkRowOutcome.UNCHANGED, item.id
    work.mention("party", customer_id, item.id)
    kind = tables.code_kind(customer_id)
    if folded(before[0] or "") != folded(given.code or ""):
        if row is not None:
            work.release(kind, row.code, item.id)
        if given.code is not None:
            work.claim(kind, given.code, item.id, "/code")
    if row is None:
        partition = work.tenant.key(customer_id)
        work.create(
            tables.CustomerItem(
                partition=partition, id=item.id, customer_id=customer_id, code=given.code, name=given.name
            )
        )
        return BulkRowOutcome.CREATED, item.id
    if given.code is None:
        work.remove(ref_of(row), tables.CustomerItem.version == row.version)
    else:
        row.code, row.name = given.code, given.name
        work.save(row)
    return BulkRowOutcome.UPDATED, item.id


def page(call: Call, customer_id: str, query: CustomerItemQuery) -> Page[CustomerItem]:
    """A page of what a customer calls items. NotFound when there is no such customer."""
    customers.read(call, customer_id)
    if query.code is not None and query.item_id is None and query.cursor is None:
        return Page(list(find_by_code(Work(call), customer_id, [query.code]).values()))
    of_customer = ItemsOfCustomer(
        customer_id=customer_id, item_id=query.item_id, code=query.code, limit=query.limit, cursor=query.cursor
    )
    rows, cursor = paginate(tables.CustomerItem, tables.VIEWS, call, of_customer)
    return Page([view(row) for row in rows], cursor)


def refs(work: Work, customer_id: str, item_ids: Iterable[str]) -> list[Ref]:
    """The keys of what `of_items` reads for a customer without merges, for reading them together with other rows."""
    return [Ref(tables.CustomerItem, *_key(work, customer_id, item_id)) for item_id in item_ids]


def find_by_code(work: Work, customer_id: str, codes: Collection[str]) -> dict[str, CustomerItem]:
    """Code, as it is given, to what has it, without unknown codes. Of several customers that were merged, the code of
    the one in use goes first, then that of the latest one. Two round trips, besides those for merges."""
    family = customers.family(work, customer_id)
    work.fetch(*(ref for each in family for ref in uniques.refs(work.tenant, tables.code_kind(each), codes).values()))
    found: dict[str, tuple[str, str]] = {}
    for each in family:
        for code, item_id in work.owners(tables.code_kind(each), codes).items():
            found.setdefault(code, (each, item_id))
    rows = work.read(*(refs(work, party, [item_id])[0] for party, item_id in found.values()))
    pairs = zip(found, rows, strict=True)
    return {code: view(row) for code, row in pairs if isinstance(row, tables.CustomerItem)}


def of_items(work: Work, customer_id: str, item_ids: Sequence[str]) -> dict[str, CustomerItem]:
    """Item id to what the customer calls the item, without items for which it has no code; in the order of
    `find_by_code`. One round trip for each 100, besides those for merges."""
    family = customers.family(work, customer_id)
    rows = work.read(*(ref for each in family for ref in refs(work, each, item_ids)))
    found: dict[str, CustomerItem] = {}
    for row in rows:
        if isinstance(row, tables.CustomerItem):
            found.setdefault(row.id, view(row))
    return found


def _key(work: Work, customer_id: str, item_id: str) -> tuple[str, str]:
    return work.tenant.key(customer_id), item_id


def view(row: tables.CustomerItem) -> CustomerItem:
    """The API's representation of the row."""
    return to_struct(row, CustomerItem, item_id=row.id)
