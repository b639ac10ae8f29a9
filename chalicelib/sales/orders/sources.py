"""The documents that an order's lines refer to: items, warehouses, the customer, prices."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chalicelib.catalog.items import service as items
from chalicelib.catalog.items.schemas import Item
from chalicelib.catalog.price_lists import service as price_lists
from chalicelib.catalog.price_lists.finding_schemas import PriceFound, PriceRequest
from chalicelib.identity.tenants import service as tenants
from chalicelib.identity.users import service as users
from chalicelib.inventory.warehouses import service as warehouses
from chalicelib.kernel.errors import FieldError, Invalid, collected
from chalicelib.kernel.work import Work
from chalicelib.parties.customer_items import service as customer_items
from chalicelib.parties.customers import service as customers
from chalicelib.parties.customers.schemas import Customer
from chalicelib.sales.orders import line_items, line_terms
from chalicelib.sales.orders.content import ContentLine
from chalicelib.sales.orders.line_items import Words
from chalicelib.sales.orders.line_schemas import NewSalesOrderLine
from chalicelib.sales.orders.line_terms import LineTerms


@dataclass(frozen=True, slots=True)
class Named:
    """What an order, or its change, names besides items; None for what it does not name."""

    warehouse_id: str | None = None
    customer_id: str | None = None
    salesperson_id: str | None = None
    is_dated: bool = False
    """Whether it has a date, which is one of the tenant's calendar."""


@dataclass(frozen=True, slots=True)
class Sources:
    """The documents that an order refers to. items: by id, with the components of kits. ids: the item of each line.
    customer: the one that is named. words: what the customer calls the items of new lines and their components."""

    items: dict[str, Item]
    ids: list[str]
    customer: Customer | None
    words: Words


def read(
    work: Work,
    lines: Sequence[NewSalesOrderLine],
    named: Named,
    customer_id: str | None,
    kept: Mapping[int, ContentLine],
) -> Sources:
    """Reads items, what the customer calls those of new lines, and what is named, in one or two round trips, one more
    for the components of kits, and two for the customer's codes if lines give any. Invalid lists every one that is
    missing or archived.

    customer_id: the customer of the order, who may be archived by now unless named. kept: by index, what the lines that
    stay were; their items may be archived by now.
    """
    by_code = line_items.by_customer_code(work, lines, customer_id)
    ids = line_items.ids_of(work, lines, kept, by_code)
    pointer_of = {
        line.warehouse_id: f"/lines/{index}/warehouse_id"
        for index, line in line_items.backwards(lines)
        if line.warehouse_id is not None and (index not in kept or line.warehouse_id != kept[index].warehouse_id)
    }
    if named.warehouse_id is not None:
        pointer_of[named.warehouse_id] = "/warehouse_id"
    refs = [items.ref(work, item_id) for item_id in ids]
    refs += [warehouses.warehouse_ref(work.tenant, each) for each in pointer_of]
    new = [item_id for index, item_id in enumerate(ids) if index not in kept]
    if customer_id and (new or named.customer_id):
        refs += [customers.ref(work, customer_id), *customer_items.refs(work, customer_id, new)]
    if named.salesperson_id is not None:
        refs.append(users.ref(work.tenant, named.salesperson_id))
    if named.is_dated:
        refs.append(tenants.calendar_ref(work.tenant))
    if any(_needs_price(line, kept.get(index)) for index, line in enumerate(lines)):
        refs.append(price_lists.active_ref(work))
    work.fetch(*refs)
    found, customer = _found(work, ids, kept, pointer_of, named)
    line_items.check_kept(lines, ids, kept)
    called = list(dict.fromkeys([*new, *(found.keys() - ids)]))
    return Sources(found, ids, customer, line_items.words(work, customer_id, called, by_code))


def _found(
    work: Work, ids: list[str], kept: Mapping[int, ContentLine], pointers: Mapping[str, str], named: Named
) -> tuple[dict[str, Item], Customer | None]:
    """The items, and the customer. Invalid with the errors of all kinds of documents."""
    problems: list[FieldError] = []
    found: dict[str, Item] = {}
    customer = None
    with collected(problems):
        found = line_items.items_of(work, ids, kept)
    with collected(problems):
        warehouses.selling(work, pointers.items())
    with collected(problems):
        customer = customers.active(work, named.customer_id, "/customer_id") if named.customer_id else None
    with collected(problems):
        users.known(work, [(each, "/salesperson_id") for each in (named.salesperson_id,) if each is not None])
    if problems:
        raise Invalid(errors=problems)
    return found, customer


def _needs_price(line: NewSalesOrderLine, before: ContentLine | None) -> bool:
    return line.unit_price is None and before is None


def prices(
    work: Work,
    source: Sources,
    requested: Sequence[NewSalesOrderLine],
    terms: LineTerms,
    kept: Mapping[int, ContentLine],
) -> dict[int, PriceFound]:
    """By index, the prices of the lines that give none, from price lists or their items. One round trip if there are
    price lists."""
    requests = {
        index: PriceRequest(
            item=item, unit=measured.unit, factor=measured.factor, quantity=line.quantity, day=terms.day
        )
        for index, line in enumerate(requested)
        if _needs_price(line, kept.get(index))
        and (measured := line_terms.measured_of(line, item := source.items[source.ids[index]]))
    }
    if not requests:
        return {}
    found = price_lists.find_prices(work, list(requests.values()), terms.sale)
    return {index: price for index, price in zip(requests, found, strict=True) if price is not None}


def kept_lines(requested: Sequence[NewSalesOrderLine], existing: Sequence[ContentLine]) -> dict[int, ContentLine]:
    """By index in the request, the existing lines that stay."""
    before = {line.line: line for line in existing}
    named = [(index, getattr(line, "line", None)) for index, line in enumerate(requested)]
    return {index: before[number] for index, number in named if number in before}
