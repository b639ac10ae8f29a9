"""Use cases of the stock period: closing days and opening them again, and checking that a day is open."""

from datetime import date, timedelta

from chalicelib.identity.tenants import service as tenants
from chalicelib.inventory.periods import events, tables
from chalicelib.inventory.periods.errors import PeriodClosed
from chalicelib.inventory.periods.schemas import ClosePeriod, ReopenPeriod, StockPeriod
from chalicelib.kernel.call import Call
from chalicelib.kernel.errors import FieldError, Invalid
from chalicelib.kernel.use_case import use_case
from chalicelib.kernel.work import Work

_SETTLING = timedelta(minutes=5)
"""A day can be closed so long after its end, because documents of that day are dated without a look at the period, and
their commits may still be under way."""


@use_case(events.CLOSED)
def close(work: Work, command: ClosePeriod) -> StockPeriod:
    """Closes all days up to one; changes nothing when they are closed. Invalid for today and later days."""
    row = _load(work)
    if command.through > _closable_through(work):
        raise _refused("not_over", "Only days that are over can be closed.")
    if row.closed_through is not None and command.through <= row.closed_through:
        return _view(work, row)
    return _save(work, row, command.through)


@use_case(events.REOPENED)
def reopen(work: Work, command: ReopenPeriod) -> StockPeriod:
    """Opens the closed days after one; changes nothing when they are open. Invalid when that would close days."""
    row = _load(work)
    if command.through is not None and (row.closed_through is None or command.through > row.closed_through):
        raise _refused("not_closed", "Name a day that is closed.")
    return _view(work, row) if command.through == row.closed_through else _save(work, row, command.through)


def read(call: Call) -> StockPeriod:
    """The period of the caller's tenant."""
    work = Work(call)
    return _view(work, _load(work))


def require_open(work: Work, day: date) -> None:
    """PeriodClosed when the day is closed, also when it is closed before the commit. Only for days before today."""
    row = _load(work)
    if row.closed_through is not None and day <= row.closed_through:
        raise PeriodClosed(row.closed_through)
    work.require(tables.period_ref(work.tenant), tables.is_open(day))


def _load(work: Work) -> tables.StockPeriod:
    name = tables.period_ref(work.tenant)
    found = work.find(tables.StockPeriod, name.hash_key, name.range_key)
    return found or tables.StockPeriod(partition=name.hash_key, id=tables.ID)


def _save(work: Work, row: tables.StockPeriod, closed_through: date | None) -> StockPeriod:
    row.closed_through = closed_through
    if row.version is None:
        work.create(row)
    else:
        work.save(row)
    return _view(work, row)


def _closable_through(work: Work) -> date:
    return tenants.calendar(work).local(work.now - _SETTLING).date() - timedelta(days=1)


def _refused(code: str, says: str) -> Invalid:
    return Invalid(errors=[FieldError("/through", code, says)])


def _view(work: Work, row: tables.StockPeriod) -> StockPeriod:
    return StockPeriod(
        closed_through=row.closed_through,
        closable_through=_closable_through(work),
        updated_at=row.updated_at,
        updated_by=row.updated_by,
    )
