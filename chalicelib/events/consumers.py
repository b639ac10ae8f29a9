"""Runs the consumers of the feed, each in its own invocation and from its own position.

Entries come in order, each at least once: a handler must be idempotent. An entry that fails five times, or kills its
worker five times, is parked alone, with a reason, and the consumer goes on. A consumer whose work takes long goes on
only while it holds one of a few slots, so it never takes all workers from the others.
"""

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta
from enum import Enum
from functools import cache
from typing import NoReturn

from chalicelib.access import sandbox
from chalicelib.events import feed, heads, parking, positions, slots, wakes
from chalicelib.events.feed import Headline
from chalicelib.events.positions import Overtaken
from chalicelib.events.schemas import Change
from chalicelib.events.tables import Head, Position
from chalicelib.kernel import clock, declaration, log
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.dynamo.store import Ref
from chalicelib.kernel.events import Consumer
from chalicelib.kernel.tenant import Tenant

SLOW_SECONDS = 5.0
"""A consumer whose handler took longer is slow until it has been faster once."""
DEPTH_LIMIT = 16
"""An entry that ends a longer chain of causes is parked: consumers seem to cause one another's entries endlessly."""
TOO_DEEP = "TooDeep"
_PAGE = 250
_LONGEST_SKIP = 100
"""After so many entries that a consumer does not want, its position is stored: reading fewer again costs less."""
_BEHIND = timedelta(seconds=5)
_NO_SLOT = timedelta(seconds=15)

Handler = Callable[[Call, Sequence[Change]], None]


class Outcome(Enum):
    """DONE: the consumer has come to the end of the feed. UNFINISHED: it has to be woken again at once. PUT_OFF: its
    position says when it has to be woken."""

    DONE = "done"
    UNFINISHED = "unfinished"
    PUT_OFF = "put_off"


class _Stop(Exception):
    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome


def run(tenant: Tenant, name: str, deadline: float, *, is_repeated: bool = False) -> Outcome:
    """Runs a consumer to the end of the tenant's feed as it is now, or until `deadline` (clock.monotonic), after one
    batch of entries at least.

    is_repeated: an earlier invocation for the same wake did not end, so each entry may be what killed it. Nothing is
    lost by calling it twice at once. A consumer that the product has no more is done.
    """
    if name not in declaration.consumers():
        return Outcome.DONE
    _, consumer = declaration.consumers()[name]
    head_ref, position_ref = Ref(Head, tenant.key()), positions.ref(tenant, name)
    found = store.get_many([head_ref, position_ref])
    head = found[head_ref]
    row = positions.of(tenant, name, found[position_ref])
    target = 0 if head is None else Head.read(head).number
    try:
        _check_is_due(row)
        with slots.held(name) if row.is_slow else nullcontext(enter_result=True) as may_run:
            if not may_run:
                _put_off(row, row.position, _NO_SLOT)
            return _Run(tenant, consumer, row, target, deadline, is_repeated).go()
    except _Stop as stop:
        return stop.outcome
    except Overtaken:
        return Outcome.UNFINISHED


def _check_is_due(row: Position) -> None:
    if row.put_off_until is not None and row.put_off_until > clock.now():
        raise _Stop(Outcome.PUT_OFF)


def _put_off(row: Position, handled: int, pause: timedelta) -> NoReturn:
    """Stores that entries up to a number are handled and that nothing is to be done for a while. Raises _Stop,
    Overtaken."""
    positions.written(row, position=handled, put_off_until=clock.now() + pause)
    raise _Stop(Outcome.PUT_OFF)


@cache
def handler(name: str) -> Handler:
    """The function of a consumer, imported at its first use."""
    module, consumer = declaration.consumers()[name]
    found: Handler = module.member(consumer.handler)
    return found


class _Run:
    """One run of a consumer. `_number`: the entry up to which everything is handled or not wanted."""

    def __init__(
        self, tenant: Tenant, consumer: Consumer, row: Position, target: int, deadline: float, is_repeated: bool
    ) -> None:
        self._tenant = tenant
        self._consumer = consumer
        self._row = row
        self._target = target
        self._deadline = deadline
        self._is_repeated = is_repeated
        self._has_handled = False
        self._is_slow = False
        self._first = self._number = row.position

    def go(self) -> Outcome:
        """Handles page after page. Raises _Stop when it cannot go on, Overtaken."""
        while self._number < self._target:
            limit = min(_PAGE, self._target - self._number)
            page = feed.headlines(self._tenant, self._number, limit)
            if not page and heads.is_being_numbered(self._tenant, self._number + 1):
                break  # when the entry is written with its number, this consumer is woken again
            page = page or feed.awaited(self._tenant, self._number, limit)
            if not page:
                self._wait()
            self._page(page)
        if self._number - self._row.position >= _LONGEST_SKIP or self._row.put_off_until is not None:
            self._store()
        self._retry_parked()
        return Outcome.DONE

    def _page(self, page: Sequence[Headline]) -> None:
        wanted = [line for line in page if self._consumer in wakes.interested(line.event)]
        changes = feed.read(wanted)
        size = 1 if self._is_repeated else self._consumer.batch
        for start in range(0, len(changes), size):
            part = changes[start : start + size]
            is_deep = any(change.depth > DEPTH_LIMIT for change in part)
            for each in [[change] for change in part] if is_deep else [part]:
                self._handle(each)
                self._stop_in_time()
        if len(changes) < len(wanted):
            self._wait()
        self._number = page[-1].number
        if self._has_handled:
            self._store()
        self._stop_in_time()

    def _wait(self) -> NoReturn:
        """Stops because the next entry is not visible yet; a moment only, if others became visible just now."""
        if self._number > self._first:
            self._store()
            raise _Stop(Outcome.UNFINISHED)
        _put_off(self._row, self._number, _BEHIND)

    def _handle(self, changes: Sequence[Change]) -> None:
        """Handles entries at once; when that fails, one by one. Raises _Stop when a single one fails."""
        first = changes[0]
        if len(changes) == 1 and not self._may_try(first):
            return
        began = clock.monotonic()
        try:
            _call(self._tenant, self._consumer, changes)
        except Exception as error:  # whatever one entry brings about must not stop the others for ever
            if len(changes) == 1:
                self._fail(first, error)
            else:
                for change in changes:
                    self._handle([change])
            return
        self._number = changes[-1].number
        self._has_handled = True
        self._is_slow = clock.monotonic() - began >= SLOW_SECONDS

    def _may_try(self, change: Change) -> bool:
        """Parks an entry that must not be tried any more; counts the attempt at one that may have killed a worker."""
        reason = None
        if change.depth > DEPTH_LIMIT:
            reason = TOO_DEEP
        elif self._is_repeated and parking.attempts(self._row, change) >= parking.ATTEMPTS:
            reason = parking.WORKER_LOST
        if reason is not None:
            self._row = parking.park(self._tenant, self._row, change, reason)
            self._number = change.number
            return False
        if self._is_repeated:
            self._row = parking.begin(self._row, change)
        return True

    def _fail(self, change: Change, error: Exception) -> None:
        log.logger().exception("consumer failed", consumer=self._consumer.name, entry_id=change.id)
        log.count("ConsumerFailed")
        self._row = parking.fail(self._tenant, self._row, change, error, is_counted=self._is_repeated)
        if self._row.position < change.number:
            raise _Stop(Outcome.PUT_OFF)
        self._number = change.number

    def _stop_in_time(self) -> None:
        """Raises _Stop when the time is over, or the work has turned out to be slow and needs a slot to go on."""
        is_late = clock.monotonic() >= self._deadline
        needs_slot = self._is_slow and not self._row.is_slow
        if (is_late or needs_slot) and self._number < self._target:
            self._store()
            raise _Stop(Outcome.UNFINISHED)

    def _store(self) -> None:
        self._row = positions.moved(self._row, self._number, is_slow=self._is_slow)
        self._has_handled = False

    def _retry_parked(self) -> None:
        """Tries parked entries again whose time has come, and stores when the next one's comes."""
        now = clock.now()
        if self._row.retry_at is None or self._row.retry_at > now:
            return
        for parked in parking.of(self._tenant, self._consumer.name):
            if parked.next_attempt_at <= now and clock.monotonic() < self._deadline:
                parking.retry(self._tenant, parked, lambda change: _call(self._tenant, self._consumer, [change]))
        left = [parked.next_attempt_at for parked in parking.of(self._tenant, self._consumer.name)]
        self._row = positions.written(self._row, retry_at=min(left, default=None))


def _call(tenant: Tenant, consumer: Consumer, changes: Sequence[Change]) -> None:
    """Handles entries on behalf of the product; the trace of the request that caused the last one goes on."""
    last = changes[-1]
    call = Call.system(tenant, consumer.name, last.request_id)
    depth = max(change.depth for change in changes) + 1
    with sandbox.time_of(tenant):
        handler(consumer.name)(replace(call, traceparent=last.traceparent or "", depth=depth), changes)
