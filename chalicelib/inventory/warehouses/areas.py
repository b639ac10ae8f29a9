"""A location with all locations in it, of which stock is shown as of one."""

from typing import NamedTuple

from chalicelib.inventory.warehouses import repository, service
from chalicelib.inventory.warehouses.places import Place
from chalicelib.kernel.call import Call


class Area(NamedTuple):
    """A location and the ids of those that belong to it, its own among them."""

    place: Place
    location_ids: frozenset[str]

    @property
    def is_one(self) -> bool:
        """Whether nothing but the location itself belongs to it."""
        return len(self.location_ids) == 1


def read(call: Call, location_id: str, *, with_inner: bool) -> Area | None:
    """A location with all that lies in it, or alone. None when it does not exist or the caller may not see it."""
    place = service.read_place(call, location_id)
    if place is None:
        return None
    alone = frozenset({location_id})
    return Area(place, repository.all_inside(call.tenant, place.warehouse_id, location_id) if with_inner else alone)
