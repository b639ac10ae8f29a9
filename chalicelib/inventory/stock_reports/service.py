"""The reports on the stock of a warehouse, each a list by item."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from chalicelib.identity.tenants import service as tenants
from chalicelib.inventory.stock import history
from chalicelib.inventory.stock.tables import Stock
from chalicelib.inventory.stock_reports import repository, rules, views
from chalicelib.inventory.stock_reports.schemas import (
    SlowMover,
    SlowMoversQuery,
    StockAge,
    StockAgeingQuery,
    StockAsOfQuery,
    StockOnHand,
)
from chalicelib.kernel import clock
from chalicelib.kernel.calendars import Calendar
from chalicelib.kernel.call import Call
from chalicelib.kernel.lists import paginate
from chalicelib.kernel.mapping import to_struct
from chalicelib.kernel.pages import Page
from chalicelib.kernel.work import Work


def page_as_of(call: Call, query: StockAsOfQuery) -> Page[StockOnHand]:
    """A page of what there was in a warehouse at a time, without items of which there was nothing. All items of a page
    are searched for together, so it takes as many round trips as one."""
    there: dict[str, Decimal] = {}

    def narrow(rows: list[Stock]) -> list[Stock]:
        last = history.last_until(call.tenant, rows, query.at)
        there.update({key.item_id: movement.balance for key, movement in last.items()})
        return [row for row in rows if there.get(row.item_id)]

    rows, cursor = paginate(Stock, views.AS_OF, call, query, narrow=narrow)
    return Page([to_struct(row, StockOnHand, at=query.at, on_hand=there[row.item_id]) for row in rows], cursor)


def page_ageing(call: Call, query: StockAgeingQuery) -> Page[StockAge]:
    """A page of how old the stock of a warehouse is: a query for each item with stock."""
    rows, cursor = paginate(
        Stock, views.AGEING, call, query, narrow=lambda found: [row for row in found if row.on_hand > 0]
    )
    work = Work(call)
    calendar, today = tenants.calendar(work), tenants.today(work)
    return Page([_age(call, row, calendar, today) for row in rows], cursor)


def _age(call: Call, row: Stock, calendar: Calendar, today: date) -> StockAge:
    aged = repository.aged(call.tenant, row)
    days = [((today - calendar.local(layer.at).date()).days, layer.quantity) for layer in aged.layers]
    return to_struct(row, StockAge, **rules.by_age(days), oldest_at=aged.layers[-1].at, is_partial=aged.is_partial)


def page_slow_movers(call: Call, query: SlowMoversQuery) -> Page[SlowMover]:
    """A page of what lies in a warehouse and has not been sold for so many days. What never was is measured from its
    first movement, which is read for many items together."""
    now = clock.now()
    idle: dict[str, datetime] = {}

    def narrow(rows: list[Stock]) -> list[Stock]:
        there = [row for row in rows if row.on_hand > 0]
        came = repository.first_came(call.tenant, [row for row in there if row.shipped_at is None])
        idle.update({row.item_id: row.shipped_at or came[row.item_id] for row in there})
        return [row for row in there if now - idle[row.item_id] >= timedelta(days=query.days)]

    rows, cursor = paginate(Stock, views.SLOW_MOVERS, call, query, narrow=narrow)
    return Page(
        [
            to_struct(row, SlowMover, idle_since=idle[row.item_id], idle_days=(now - idle[row.item_id]).days)
            for row in rows
        ],
        cursor,
    )
