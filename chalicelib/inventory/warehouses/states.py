"""The state machine of locations."""

from chalicelib.inventory.warehouses.schemas import default_location
from chalicelib.inventory.warehouses.tables import Location
from chalicelib.kernel.lifecycle import LIFECYCLE, LifecycleStatus
from chalicelib.kernel.state_machine import Guard, StateMachine


def is_default(row: Location) -> bool:
    """Whether it is the default location of its warehouse."""
    return row.id == default_location(row.warehouse_id)


LOCATION: StateMachine[LifecycleStatus, Location] = StateMachine(
    LIFECYCLE.transitions,
    guards={"archive": Guard("not the default location of its warehouse", lambda row: not is_default(row))},
)
