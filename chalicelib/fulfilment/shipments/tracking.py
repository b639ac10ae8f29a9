"""Finds shipments by tracking number. The first number of a shipment is in the index of its table, others are rows of
their own, so that a shipment with one number costs nothing more."""

from chalicelib.fulfilment.shipments import tables
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.dynamo.store import Ref
from chalicelib.kernel.visibility import find_many
from chalicelib.kernel.work import Work

_MOST = 25


def follow(work: Work, row: tables.Shipment, before: list[str]) -> None:
    """Brings the key and the rows up to date with the numbers that the shipment has now. before: the keys of those that
    it had. The caller saves the shipment."""
    now = row.tracking_keys(work.tenant)
    row.tracking_key = now[0] if now else None
    for key in sorted({*before[1:]} - {*now[1:]}):
        work.remove(Ref(tables.OtherTracking, key, row.id))
    for key in sorted({*now[1:]} - {*before[1:]}):
        work.overwrite(tables.OtherTracking(partition=key, shipment_id=row.id))


def find(call: Call, tracking_number: str) -> list[tables.Shipment]:
    """The newest shipments with this number, which the carrier may use again, as far as the caller sees them."""
    key = tables.tracking_key(call.tenant, tracking_number)
    first = store.query(
        tables.Shipment, tables.ByTracking.tracking_key == key, index="by_tracking", limit=_MOST, newest_first=True
    )
    others = store.query(tables.OtherTracking, tables.OtherTracking.partition == key, limit=_MOST, newest_first=True)
    found = {item["id"]["S"] for item in first.items} | {item["shipment_id"]["S"] for item in others.items}
    newest = sorted(found, reverse=True)[:_MOST]
    return find_many(call, tables.Shipment, [tables.shipment_ref(call.tenant, each) for each in newest])
