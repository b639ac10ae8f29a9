"""The end of each tenant's journal, and through it the list of tenants."""

from collections.abc import Iterable
from datetime import timedelta

from chalicelib.events.tables import ByRegistry, Head
from chalicelib.kernel import clock, ids, journal, log
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.tenant import PLATFORM, Tenant

GENESIS = bytes(32)
"""The hash before the first entry of a chain."""
_LOOKED_BACK_DAYS = 35
_REGISTRY = PLATFORM.key("heads")
_known: set[str] = set()


def register(tenant: Tenant) -> None:
    """Makes the tenant known to the retention sweep and the operator; once a process, free afterwards.

    Called where a tenant is made, and by the sequencer.
    """
    if tenant.id in _known:
        return
    row = Head(
        tenant=tenant.key(),
        number=0,
        chain=GENESIS,
        reconciled_to=ids.first_at("jrn", clock.now() - timedelta(days=_LOOKED_BACK_DAYS)),
        registry=_REGISTRY,
    )
    if store.write(store.put(row, Head.tenant.does_not_exist())):
        log.logger().info("tenant registered", tenant=tenant.id)
    _known.add(tenant.id)


def is_known(tenant: Tenant) -> bool:
    """Whether the tenant is registered; a tenant that is costs one read a process."""
    if tenant.id not in _known and store.get(Head, tenant.key()) is not None:
        _known.add(tenant.id)
    return tenant.id in _known


def read(tenant: Tenant) -> Head:
    """The head as it is now; the tenant is registered when it has none."""
    found = store.get(Head, tenant.key())
    if found is None:
        _known.discard(tenant.id)
        register(tenant)
        found = store.get(Head, tenant.key())
    if found is None:
        raise RuntimeError("a head vanished")
    return found


def is_being_numbered(tenant: Tenant, number: int) -> bool:
    """Whether a number is claimed for an entry that has not been written with it yet."""
    claims = [claim for claim in read(tenant).claims or () if claim.number == number]
    found = store.get_many([journal.ref_of(tenant, claim.entry_id) for claim in claims]) if claims else {}
    return any(item is not None and "number" not in item for item in found.values())


def tenants(after: str = "") -> Iterable[Tenant]:
    """Every tenant that ever wrote, by id, beginning behind `after`; a brand-new one shows after a moment."""
    condition = ByRegistry.registry == _REGISTRY
    if after:
        condition &= ByRegistry.tenant > after
    start = None
    while True:
        page = store.query(Head, condition, index="by_registry", start=start)
        for entry in page.items:
            yield Tenant(entry["tenant"]["S"])
        start = page.next_key
        if start is None:
            return


def forget() -> None:
    """Drops what the process knows of tenants."""
    _known.clear()
