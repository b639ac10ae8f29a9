"""The clock: every five minutes it repeats what a stream or a queue may have lost, and every minute it wakes the
consumers that were put off."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from chalice.app import Blueprint, CloudWatchEvent, Rate

from chalicelib.events import positions, reconciler, wakes
from chalicelib.functions import runtime
from chalicelib.integrations.connections import sweep as connections
from chalicelib.integrations.inbox import requeue
from chalicelib.jobs import worker
from chalicelib.kernel import clock, entropy, log, open_tenants
from chalicelib.kernel.tenant import Tenant
from chalicelib.privacy.breaches import clocks as breach_clocks
from chalicelib.privacy.requests import sweep as privacy_requests

runtime.hide_personal_fields()
blueprint = Blueprint(__name__)


@blueprint.schedule(Rate(5, unit=Rate.MINUTES))
def reconcile(event: CloudWatchEvent) -> Any:
    """Follows what has a time of all tenants: connections, deadlines of breaches, and requests of persons, for half of
    the run at most. Then it visits the tenants in which something may be unfinished: numbers entries that the
    stream missed, renews lost wakes, queues silent jobs and deliveries again.

    A piece that fails does not stop the others; the answer says how many tenants were visited and how many failed."""
    with runtime.invocation("reconcile", event.context) as running:
        half = (clock.monotonic() + running.deadline) / 2
        failed = int(not runtime.attempt("settling connections failed", lambda: connections.run() >= 0))
        failed += _each("a breach clock", breach_clocks.running, breach_clocks.follow, half)
        failed += _each("a privacy request", privacy_requests.due, privacy_requests.settled, half)
        seen = 0
        for tenant in _in_turn():
            if clock.monotonic() >= running.deadline:
                break
            seen += 1
            failed += not _reconcile(tenant, running.deadline)
        if failed:
            log.count("ReconcileFailed", failed)
        return {"tenants": seen, "failed": failed}


@blueprint.schedule(Rate(1, unit=Rate.MINUTES))
def wake_consumers(event: CloudWatchEvent) -> Any:
    """Wakes the consumers whose time has come: those that failed, found no slot, or have parked entries to try again.
    The answer says how many."""
    with runtime.invocation("wake_consumers", event.context):
        due = positions.due(clock.now())
        wakes.renew(due)
        return {"wakes": len(due)}


def _reconcile(tenant: Tenant, deadline: float) -> bool:
    pieces = {
        "the feed": lambda: reconciler.reconcile(tenant, deadline) >= 0,
        "jobs": lambda: worker.requeue_silent(tenant) >= 0,
        "deliveries": lambda: requeue.requeue_stale(tenant) >= 0,
        "the mark": lambda: _keep_open(tenant),
    }
    done = [runtime.attempt(f"reconciling failed: {name}", piece, tenant=tenant.id) for name, piece in pieces.items()]
    return all(done)


def _each(
    what: str,
    due: Callable[[], Iterable[tuple[Tenant, str]]],
    follow: Callable[[Tenant, str], bool | None],
    deadline: float,
) -> int:
    """Follows everything of one kind that may be due, of all tenants; returns how many failed."""
    done: list[bool] = []

    def follow_all() -> None:
        for tenant, identifier in due():
            if clock.monotonic() >= deadline:
                return
            piece = partial(follow, tenant, identifier)
            done.append(runtime.attempt(f"following {what} failed", piece, tenant=tenant.id))

    done.append(runtime.attempt(f"looking for {what} failed", follow_all))
    return done.count(False)


def _keep_open(tenant: Tenant) -> None:
    """Marks the tenant again while a job or a delivery of it is open."""
    if worker.has_open(tenant) or requeue.has_open(tenant):
        open_tenants.mark(tenant)


def _in_turn() -> list[Tenant]:
    """The open tenants, beginning at a random one: when the time does not suffice for all, it is not always the same
    one that is left out."""
    found = sorted(open_tenants.marked(), key=lambda tenant: tenant.id)
    start = int.from_bytes(entropy.token_bytes(4)) % max(1, len(found))
    return found[start:] + found[:start]
