"""What can be promised, and when those who wait get their goods, by the arrivals that are expected."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from chalicelib.inventory.arrivals.schemas import ExpectedFor, PromisableFrom

_ZERO = Decimal(0)


def by_day(arrivals: Iterable[tuple[date, Decimal]], today: date) -> dict[date, Decimal]:
    """What arrives on each day, in the order of days; what is overdue may come today at the earliest."""
    found: dict[date, Decimal] = {}
    for due_on, quantity in sorted(arrivals):
        day = max(due_on, today)
        found[day] = found.get(day, _ZERO) + quantity
    return dict(sorted(found.items()))


def promisable(available: Decimal, waiting: Decimal, arriving: dict[date, Decimal]) -> list[PromisableFrom]:
    """What a new order can be promised: today, and from each arrival on. Who waits gets his goods first."""
    there = available - waiting
    found = [PromisableFrom(due_on=None, arriving=_ZERO, promisable=max(_ZERO, there))]
    for day, quantity in arriving.items():
        there += quantity
        found.append(PromisableFrom(due_on=day, arriving=quantity, promisable=max(_ZERO, there)))
    return found


def expected(
    available: Decimal, queue: Sequence[tuple[str, Decimal]], arriving: dict[date, Decimal]
) -> list[ExpectedFor]:
    """When each of those who wait gets all that he waits for, in the order of their turns."""
    there, days = available, list(arriving.items())
    on: date | None = None
    found = []
    for document_id, quantity in queue:
        there -= quantity
        while there < 0 and days:
            on, more = days.pop(0)
            there += more
        found.append(ExpectedFor(document_id=document_id, quantity=quantity, expected_on=on if there >= 0 else None))
    return found
