"""What stock needs to know of a location."""

from typing import NamedTuple

from chalicelib.inventory.warehouses.schemas import Zone, default_location


class Place(NamedTuple):
    """A location of a warehouse, where goods lie."""

    location_id: str
    warehouse_id: str
    zone: Zone = Zone.STORAGE
    is_active: bool = True
    is_kept: bool = False
    """Whether the keeper of its warehouse says what lies there."""
    ships_before_receipt: bool = False
    """Whether its warehouse ships what is not received yet."""

    @property
    def is_loose(self) -> bool:
        """Whether it is the default location, where goods lie that no bin row counts."""
        return self.location_id == default_location(self.warehouse_id)
