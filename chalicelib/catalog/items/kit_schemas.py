"""API schemas of the kinds of items, and of what a kit consists of."""

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.kernel import ids
from chalicelib.kernel.decimals import Quantity


class ItemKind(StrEnum):
    """What an item is. `stocked`: goods that lie in stock. `kit`: sold as one, taken from stock as its components.
    `service`: work. `digital`: a file or a licence. `gift_card`: a voucher. Only stocked items have stock and wait for
    it. More may be added, so accept unknown values."""

    STOCKED = "stocked"
    KIT = "kit"
    SERVICE = "service"
    DIGITAL = "digital"
    GIFT_CARD = "gift_card"


KindField = Annotated[
    ItemKind,
    Meta(description="What the item is, which decides whether it has stock. It cannot change once the item exists."),
]


class KitComponent(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What one kit has of another item."""

    item_id: Annotated[
        Annotated[str, ids.described("itm", "the component")], Meta(description="An item that is not a kit itself.")
    ]
    quantity: Annotated[Quantity, Meta(description="How much one kit has of it, in the component's base unit.")]


Components = Annotated[
    list[KitComponent],
    Meta(
        max_length=20,
        description="What a kit consists of; empty for other kinds. A change replaces the whole list; orders keep the "
        "components of their time.",
    ),
]
