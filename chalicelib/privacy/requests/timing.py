"""What of a request goes by time: its legal clock, and what happens by itself."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from chalicelib.identity.tenants import service as tenants
from chalicelib.kernel import clock
from chalicelib.kernel.work import Work
from chalicelib.privacy.requests import clocks, tables
from chalicelib.privacy.requests.schemas import PrivacyRequestStatus as Status
from chalicelib.privacy.requests.tables import PrivacyRequest

COOLING_OFF = timedelta(days=3)
IDENTITY_LIVES = timedelta(days=30)
"""So long the identity can be shown, and again so long an expired request can be revived."""
ANSWERED = frozenset(
    {Status.EXPIRED, Status.DELIVERED, Status.CLOSED, Status.WITHDRAWN, Status.CANCELLED, Status.DUPLICATE}
)
"""In these nothing must be answered any more."""
UNPROVEN = frozenset({Status.AWAITING_IDENTITY, Status.VERIFY_FAILED, Status.EXPIRED})
_ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)


class Running(NamedTuple):
    """A clock that runs."""

    began_at: datetime
    ends_at: datetime

    def share(self, now: datetime) -> int:
        """How much of its time is used up, in percent."""
        return clocks.share(self.began_at, self.ends_at, now)


def running(row: PrivacyRequest) -> Running | None:
    """The clock of a request that must be answered; None for others."""
    if row.status in ANSWERED:
        return None
    if row.appealed_at is not None and row.appeal_due_at is not None:
        return Running(row.appealed_at, row.appeal_due_at)
    return Running(row.received_at, row.extended_to or row.due_at)


def share(row: PrivacyRequest, now: datetime) -> int | None:
    """How much of its time is used up, in percent; None when it need not be answered any more."""
    found = running(row)
    return None if found is None else found.share(now)


def begin(work: Work, row: PrivacyRequest) -> None:
    """Starts the clock of a new request."""
    row.due_at = clocks.due(row.law, row.received_at, tenants.calendar(work))


def appeal(work: Work, row: PrivacyRequest) -> None:
    """Starts the clock of an appeal."""
    row.appealed_at, row.warned = work.now, None
    row.appeal_due_at = clocks.appeal_due(row.law, work.now, tenants.calendar(work))


def follow(work: Work, row: PrivacyRequest) -> None:
    """Brings the indexes by time up to date with what the request says; call it before each write."""
    found = running(row)
    row.clock = None if found is None else tables.clock_key(work.tenant)
    row.runs_out = None if found is None else found.ends_at
    times = (
        [] if found is None else [clocks.reaches(*found, each) for each in clocks.ALARMS if each > (row.warned or 0)]
    )
    if row.status is Status.COOLING_OFF and row.cooling_off_until is not None:
        times.append(row.cooling_off_until)
    if row.status in UNPROVEN and row.identity_until is not None:
        times.append(row.identity_until)
    is_sandbox = clock.setting() is not None
    row.wake_at = None if not times else _ALWAYS if is_sandbox else min(times)
    row.waiting = None if not times else tables.SANDBOXES if is_sandbox else tables.WAITING


def alarm(row: PrivacyRequest, now: datetime) -> int | None:
    """The highest share that has been reached and not been reported; None when there is none."""
    found = running(row)
    used = 0 if found is None else found.share(now)
    return max((each for each in clocks.ALARMS if (row.warned or 0) < each <= used), default=None)
