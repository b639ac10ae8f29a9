"""The life of an item."""

from chalicelib.catalog.items.identity_schemas import ItemStatus
from chalicelib.catalog.items.tables import Item
from chalicelib.kernel.state_machine import StateMachine, to

ITEM: StateMachine[ItemStatus, Item] = StateMachine(
    {
        ItemStatus.ACTIVE: (to("phase-out", ItemStatus.PHASING_OUT), to("archive", ItemStatus.ARCHIVED)),
        ItemStatus.PHASING_OUT: (to("restore", ItemStatus.ACTIVE), to("archive", ItemStatus.ARCHIVED)),
        ItemStatus.ARCHIVED: (to("restore", ItemStatus.ACTIVE),),
    }
)
