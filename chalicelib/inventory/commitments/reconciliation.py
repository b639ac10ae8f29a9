"""Compares the rows of who waits with what documents wait for, and repairs them."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from pynamodb.expressions.condition import Condition

from chalicelib.inventory.commitments import events, tables
from chalicelib.inventory.commitments.ranks import Claim
from chalicelib.inventory.commitments.tables import Waiting
from chalicelib.inventory.stock.levels import StockKey
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.dynamo.store import Ref
from chalicelib.kernel.tenant import Tenant
from chalicelib.kernel.use_case import use_case
from chalicelib.kernel.work import Work


def queue(tenant: Tenant, key: StockKey) -> list[Waiting]:
    """Who waits for a stock key, strongly consistent."""
    return list(store.query_all(Waiting, Waiting.partition == tables.waiting_key(tenant, key)))


def stored(tenant: Tenant, claim: Claim, keys: Iterable[StockKey]) -> dict[StockKey, Decimal]:
    """What the rows of a document say that it waits for, without keys that have no row; strongly consistent."""
    refs = [tables.waiting_ref(tenant, key, claim.turn) for key in keys]
    rows = [Waiting.read(item) for item in store.get_many(refs).values() if item is not None] if refs else []
    return {row.stock_key: row.quantity for row in rows}


@use_case(events.REQUEUED)
def requeue(work: Work, rows: Mapping[tuple[StockKey, str], Decimal], document: Ref, unchanged: Condition) -> None:
    """Sets the rows of a document, by stock key and turn, to what it waits for; zero removes one. Nothing is written
    unless the document is unchanged."""
    for (key, turn), quantity in sorted(rows.items()):
        name = tables.waiting_ref(work.tenant, key, turn)
        if quantity:
            work.overwrite(Waiting(partition=name.hash_key, turn=name.range_key, quantity=quantity))
        else:
            work.remove(name)
    work.require(document, unchanged)
    items = sorted({key.item_id for key, _ in rows})
    work.annotate(entity="stock", entity_id=items[0], subjects=items[1:])
