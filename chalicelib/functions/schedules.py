"""The clock: every five minutes it repeats what a stream or a queue may have lost."""

from collections.abc import Iterator
from typing import Any

from chalice.app import Blueprint, CloudWatchEvent, Rate

from chalicelib import modules
from chalicelib.events import consumers, heads, reconciler
from chalicelib.functions import runtime
from chalicelib.integrations.connections import service as connections
from chalicelib.integrations.inbox import requeue
from chalicelib.jobs import worker
from chalicelib.kernel import clock, entropy, log
from chalicelib.kernel.tenant import Tenant

modules.load_reactions()
blueprint = Blueprint(__name__)


@blueprint.schedule(Rate(5, unit=Rate.MINUTES))
def reconcile(event: CloudWatchEvent) -> Any:
    """Numbers entries that the stream missed, runs consumers to the end of the feed, tries parked entries again, queues
    silent jobs and deliveries again. A piece that fails does not stop the others; the answer says how many tenants were
    visited and how many failed."""
    with runtime.invocation("reconcile", event.context) as running:
        seen = failed = 0
        for tenant in _in_turn():
            if clock.monotonic() >= running.deadline:
                break
            seen += 1
            failed += not _reconcile(tenant, running.deadline)
        failed += not runtime.attempt("settling credentials failed", lambda: connections.delete_orphans() >= 0)
        if failed:
            log.count("ReconcileFailed", failed)
        return {"tenants": seen, "failed": failed}


def _reconcile(tenant: Tenant, deadline: float) -> bool:
    pieces = {
        "numbering": lambda: reconciler.reconcile(tenant, deadline) >= 0,
        "consumers": lambda: consumers.catch_up(tenant, deadline).is_done,
        "parked entries": lambda: consumers.retry_parked(tenant, deadline) >= 0,
        "jobs": lambda: worker.requeue_silent(tenant) >= 0,
        "deliveries": lambda: requeue.requeue_stale(tenant) >= 0,
    }
    done = [runtime.attempt(f"reconciling failed: {name}", piece, tenant=tenant.id) for name, piece in pieces.items()]
    return all(done)


def _in_turn() -> Iterator[Tenant]:
    """All tenants, beginning at a random one: when the time does not suffice for all, it is not always the same one
    that is left out."""
    start = entropy.token_bytes(2).hex()
    yield from heads.tenants(after=start)
    for tenant in heads.tenants():
        if tenant.id > start:
            return
        yield tenant
