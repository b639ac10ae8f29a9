"""Use cases of expected arrivals, and the outlook on stock that follows from them."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from chalicelib.catalog.items import service as items
from chalicelib.catalog.items import units
from chalicelib.identity.tenants import service as tenants
from chalicelib.inventory.arrivals import events, repository, rules, tables
from chalicelib.inventory.arrivals.schemas import (
    MOST_SHOWN,
    Arrival,
    ArrivalChange,
    ArrivalQuery,
    ArrivalStatus,
    NewArrival,
    OutlookQuery,
    StockOutlook,
)
from chalicelib.inventory.arrivals.states import ARRIVAL
from chalicelib.inventory.commitments import repository as commitments
from chalicelib.inventory.stock import levels
from chalicelib.inventory.stock import tables as stock
from chalicelib.inventory.stock.levels import StockKey
from chalicelib.inventory.warehouses import service as warehouses
from chalicelib.kernel.call import Call
from chalicelib.kernel.errors import FieldError, Invalid, collected
from chalicelib.kernel.lists import paginate
from chalicelib.kernel.mapping import patch, to_row, to_struct
from chalicelib.kernel.pages import Page
from chalicelib.kernel.use_case import use_case
from chalicelib.kernel.visibility import find, load_visible
from chalicelib.kernel.work import Work


@use_case(events.CREATED)
def create(work: Work, command: NewArrival) -> Arrival:
    """Says that goods are expected. Invalid for unknown and archived items, and unknown warehouses."""
    problems: list[FieldError] = []
    work.fetch(items.ref(work, command.item_id), warehouses.warehouse_ref(work.tenant, command.warehouse_id))
    with collected(problems):
        found = items.active(work, [(command.item_id, "/item_id")])
        problems += units.errors(command.quantity, found[command.item_id].unit, "/quantity")
    with collected(problems):
        warehouses.known(work, [(command.warehouse_id, "/warehouse_id")])
    if problems:
        raise Invalid(errors=problems)
    row = to_row(
        tables.Arrival,
        command,
        partition=work.tenant.key(),
        id=work.new_id("arr"),
        due_key=work.tenant.key(command.warehouse_id),
        due_place=tables.due_place(command.item_id, command.due_on),
        status=ArrivalStatus.EXPECTED,
    )
    return view(work.create(row))


@use_case(events.UPDATED)
def update(work: Work, arrival_id: str, change: ArrivalChange) -> Arrival:
    """Changes quantity, day or reference of what is still expected."""
    row = work.load_for_update(tables.Arrival, work.tenant.key(), arrival_id)
    ARRIVAL.take(row, "update")
    patch(row, change)
    row.due_place = tables.due_place(row.item_id, row.due_on)
    problems = units.errors(row.quantity, items.known(work, [(row.item_id, "")])[row.item_id].unit, "/quantity")
    if problems:
        raise Invalid(errors=problems)
    return view(work.save(row))


@use_case(events.COMPLETED)
def complete(work: Work, arrival_id: str) -> Arrival:
    """Says that the goods have come, or are not expected any more."""
    row = work.load_for_update(tables.Arrival, work.tenant.key(), arrival_id)
    ARRIVAL.take(row, "complete")
    row.due_key = row.due_place = None
    return view(work.save(row))


def read(call: Call, arrival_id: str) -> Arrival:
    """One expected arrival. NotFound."""
    return view(load_visible(call, tables.Arrival, call.tenant.key(), arrival_id))


def page(call: Call, query: ArrivalQuery) -> Page[Arrival]:
    """A page of expected arrivals."""
    rows, cursor = paginate(tables.Arrival, tables.VIEWS, call, query)
    return Page([view(row) for row in rows], cursor)


def outlook(call: Call, query: OutlookQuery) -> StockOutlook:
    """What is going to be of an item in a warehouse."""
    key = StockKey(query.item_id, query.warehouse_id)
    level = levels.level(find(call, stock.Stock, call.tenant.key(key.item_id), key.warehouse_id))
    rows, has_more = repository.expected(call, key, MOST_SHOWN)
    queue, has_more_waiting = commitments.queue(call, key, MOST_SHOWN)
    today = tenants.today(Work(call))
    arriving = rules.by_day(((row.due_on, row.quantity) for row in rows), today)
    return StockOutlook(
        item_id=key.item_id,
        warehouse_id=key.warehouse_id,
        available=level.available,
        waiting=level.waiting,
        promisable=rules.promisable(level.available, level.waiting, arriving),
        expected=[each for each in rules.expected(level.available, queue, arriving) if each.document_id],
        is_partial=has_more or has_more_waiting,
    )


def expected_of(call: Call, warehouse_id: str, item_ids: Sequence[str]) -> Mapping[str, Sequence[tuple[date, Decimal]]]:
    """What is expected of items in a warehouse: item id to day and quantity, without items of which nothing is. It
    also reads what is expected of the items between them."""
    return repository.expected_of(call.tenant, warehouse_id, min(item_ids), max(item_ids))


def view(row: tables.Arrival) -> Arrival:
    """The API's representation of the row."""
    return to_struct(row, Arrival, allowed_transitions=ARRIVAL.allowed(row))
