"""Consumers of the feed: what is done because of events.

`@consumer("sales.backorders", events=(stock_events.RECEIVED,))` registers a function; `catch_up` drives every consumer
of a tenant from its own position to the end of the feed. Entries come in order, each at least once: a handler must be
idempotent. An entry that fails five times, or kills its worker five times, is parked alone, with a reason, and the
consumer goes on.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from chalicelib.events import feed, parking
from chalicelib.events.schemas import Change
from chalicelib.events.tables import Position
from chalicelib.kernel import clock, log
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.events import Event
from chalicelib.kernel.tenant import Tenant

_PAGE = 100
_LAZY = 10
"""After so many entries that a consumer does not want, its position is stored: reading fewer again costs less."""

Handler = Callable[[Call, Change], None]


@dataclass(frozen=True, slots=True)
class Consumer:
    """A consumer: the names of its events (None for all), and what it does with each entry."""

    name: str
    events: frozenset[str] | None
    handle: Handler
    when: Callable[[Change], bool] | None = None

    def wants(self, change: Change) -> bool:
        """Whether the entry is for this consumer."""
        is_subscribed = self.events is None or change.event in self.events
        return is_subscribed and (self.when is None or self.when(change))

    def run(self, tenant: Tenant, change: Change) -> None:
        """Handles one entry on behalf of the product; the trace of the request that caused it goes on."""
        call = Call.system(tenant, self.name, change.request_id)
        self.handle(replace(call, traceparent=change.traceparent or ""), change)


CONSUMERS: dict[str, Consumer] = {}


def consumer(
    name: str, *, events: Iterable[Event | str] | None, when: Callable[[Change], bool] | None = None
) -> Callable[[Handler], Handler]:
    """Registers a handler for entries of these events, or of all, for which `when` holds. Events of packages above are
    given by name; a test holds the names against the modules' declarations."""
    names = None if events is None else frozenset(map(str, events))

    def register(handle: Handler) -> Handler:
        if name in CONSUMERS:
            raise TypeError(f"there are two consumers named {name}")
        CONSUMERS[name] = Consumer(name, names, handle, when)
        return handle

    return register


@dataclass(slots=True)
class CatchUp:
    """What is left to do. is_behind: the end of the feed is not visible yet. failed / unfinished: the consumers that
    failed, and those whose time ran out."""

    is_behind: bool = False
    failed: list[str] = field(default_factory=list)
    unfinished: list[str] = field(default_factory=list)

    @property
    def is_done(self) -> bool:
        return not (self.is_behind or self.failed or self.unfinished)


def catch_up(tenant: Tenant, deadline: float) -> CatchUp:
    """Runs every consumer to the end of the feed as it is now, or until `deadline` (clock.monotonic).

    When the outcome is not done, it is to be called again; nothing is lost by calling it twice at once.
    """
    outcome = CatchUp()
    run = _Run(tenant, feed.head_number(tenant), deadline, outcome)
    refs = {_ref(tenant, name): entry for name, entry in CONSUMERS.items()}
    for ref, item in store.get_many(refs).items():
        run.advance(refs[ref], None if item is None else Position.read(item))
    return outcome


def retry_parked(tenant: Tenant, deadline: float) -> int:
    """Tries parked entries again whose time has come; returns how many were handled. For the reconciler."""
    settled = 0
    for row in parking.due(tenant):
        entry = CONSUMERS.get(row.consumer)
        if entry is None or clock.monotonic() >= deadline:
            continue
        settled += parking.retry(tenant, row, entry.run)
    return settled


def _ref(tenant: Tenant, name: str) -> store.Ref:
    return store.Ref(Position, tenant.key("positions"), name)


class _Run:
    """One catch-up. Consumers at the same position share a page."""

    def __init__(self, tenant: Tenant, target: int, deadline: float, outcome: CatchUp) -> None:
        self._tenant = tenant
        self._target = target
        self._deadline = deadline
        self._outcome = outcome
        self._pages: dict[int, list[Change]] = {}

    def advance(self, entry: Consumer, row: Position | None) -> None:
        """Runs one consumer until the end of the feed, a failure, or the deadline."""
        progress = _Progress(self._tenant, entry, row)
        while progress.number < self._target:
            page = self._page(progress.number)
            if not page:
                self._outcome.is_behind = True
                return
            try:
                progress.handle(page, self._deadline)
            except _FailedError:
                self._outcome.failed.append(entry.name)
                return
            except _OvertakenError:  # the next call starts where the other one is
                self._outcome.unfinished.append(entry.name)
                return
            if progress.number < self._target and clock.monotonic() >= self._deadline:
                self._outcome.unfinished.append(entry.name)
                return

    def _page(self, after: int) -> list[Change]:
        if after not in self._pages:
            requested = min(_PAGE, self._target - after)
            self._pages[after] = feed.pull(self._tenant, after, requested, target=self._target)
        return self._pages[after]


class _FailedError(Exception):
    """A handler failed, and the failure is stored."""


class _OvertakenError(Exception):
    """Another invocation runs the same consumer."""


class _Progress:
    """One consumer's progress: `number` is the entry that was handled last, `_row` the stored position."""

    def __init__(self, tenant: Tenant, entry: Consumer, row: Position | None) -> None:
        self._tenant = tenant
        self._entry = entry
        self._row = row
        self._has_handled = False
        self.number = self._stored

    @property
    def _stored(self) -> int:
        return self._row.position if self._row else 0

    def handle(self, page: list[Change], deadline: float) -> None:
        """Handles the entries of a page until the deadline, and stores the position."""
        for change in page:
            if self._entry.wants(change):
                self._handle_entry(change)
                self._has_handled = True
            self.number = change.number
            if clock.monotonic() >= deadline:
                break
        if self.number > self._stored and (self._has_handled or self.number - self._stored >= _LAZY):
            self._keep(parking.move(self._tenant, self._entry.name, self.number))
            self._has_handled = False

    def _handle_entry(self, change: Change) -> None:
        """Handles one entry. The first attempt costs no write; further ones are counted before they are made."""
        name, is_suspect = self._entry.name, parking.is_suspect(self._row, change)
        if is_suspect and parking.has_no_try_left(self._row, change):
            self._row = parking.park(self._tenant, name, self._row, change, parking.WORKER_LOST)
            return
        if is_suspect:
            self._keep(parking.begin(self._tenant, name, self._row, change))
        try:
            self._entry.run(self._tenant, change)
        except Exception as error:  # whatever one entry brings about must not stop the others for ever
            log.logger().exception("consumer failed", consumer=name, entry_id=change.id)
            log.count("ConsumerFailed")
            parking.fail(self._tenant, name, self._row, change, error, begun=is_suspect)
            raise _FailedError from error

    def _keep(self, row: Position | None) -> None:
        if row is None:
            raise _OvertakenError
        self._row = row
