"""Reads how the locations of a warehouse lie in one another."""

from collections import defaultdict
from collections.abc import Iterator

from chalicelib.inventory.warehouses.tables import ByParent, Location
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.dynamo.model import Item
from chalicelib.kernel.lifecycle import LifecycleStatus
from chalicelib.kernel.tenant import Tenant


def all_inside(tenant: Tenant, warehouse_id: str, location_id: str) -> frozenset[str]:
    """The ids of a location and of all locations in it, at any depth, archived ones too; of 5,000 in a round trip,
    because the index alone says what lies in what. It is eventually consistent."""
    inside: dict[str, list[str]] = defaultdict(list)
    for entry in _entries(tenant, warehouse_id):
        inside[entry["parent_location_id"]["S"]].append(entry["id"]["S"])
    found, waiting = {location_id}, [location_id]
    while waiting:
        new = set(inside[waiting.pop()]) - found
        found |= new
        waiting += new
    return frozenset(found)


def _entries(tenant: Tenant, warehouse_id: str) -> Iterator[Item]:
    """What lies in what: an entry for each location of a warehouse that lies in another one."""
    start: Item | None = None
    while True:
        key = ByParent.warehouse_key == tenant.key(warehouse_id)
        page = store.query(Location, key, index="by_parent", start=start)
        yield from page.items
        start = page.next_key
        if start is None:
            return


def active_inside(tenant: Tenant, row: Location) -> list[Location]:
    """The active locations that lie in a location directly. The index is eventually consistent."""
    key = (ByParent.warehouse_key == row.warehouse_key) & (ByParent.parent_location_id == row.id)
    found = store.query_all(Location, key, index="by_parent")
    return [each for each in found if each.status is LifecycleStatus.ACTIVE]
