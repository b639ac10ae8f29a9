"""How stock of an item is tracked: the schemas, and what fits together."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Protocol

from msgspec import Meta

from chalicelib.catalog.items import units
from chalicelib.kernel.errors import FieldError


class ItemTracking(StrEnum):
    """How stock of the item is tracked. `none`: by quantity only. `lot`: by lots. `serial`: each piece has a number of
    its own."""

    NONE = "none"
    LOT = "lot"
    SERIAL = "serial"


class ItemExpiry(StrEnum):
    """Whether lots or pieces of the item have an expiry date. `none`: never. `optional`: some do. `required`: all
    do."""

    NONE = "none"
    OPTIONAL = "optional"
    REQUIRED = "required"


TrackingField = Annotated[
    ItemTracking,
    Meta(description="How stock of the item is tracked. It cannot change once stock of the item has moved."),
]
ExpiryField = Annotated[
    ItemExpiry,
    Meta(description="Whether lots or pieces have an expiry date. It cannot change once stock of the item has moved."),
]
ShelfLife = Annotated[
    int,
    Meta(
        ge=1,
        le=36500,
        description="How many days after its production an item expires, for goods that come without a date; null when "
        "it is unknown. It counts only for goods that come later, so it can change at any time.",
    ),
]
MovedField = Annotated[
    bool,
    Meta(description="Whether stock of the item has ever moved; then tracking and expiry cannot change."),
]
FIXED = ("tracking", "expiry")
"""Stock is counted in these, so they cannot change once some has moved."""


class Tracked(Protocol):
    """What has the fields of tracking: an item to create, or its row."""

    @property
    def unit(self) -> str: ...
    @property
    def tracking(self) -> ItemTracking: ...
    @property
    def expiry(self) -> ItemExpiry: ...
    @property
    def shelf_life_days(self) -> int | None: ...


def errors(item: Tracked, pointer: str) -> list[FieldError]:
    """What does not fit together: serial numbers of half pieces, dates without anything that has one."""
    found = []
    if item.tracking is ItemTracking.SERIAL and not units.errors(Decimal("0.5"), item.unit, ""):
        says = f"Pieces with serial numbers are counted in whole numbers, and the unit {item.unit} is not."
        found.append(FieldError(f"{pointer}/tracking", "needs_whole_unit", says))
    if item.expiry is not ItemExpiry.NONE and item.tracking is ItemTracking.NONE:
        says = "Only lots and serial numbers have an expiry date: set tracking too."
        found.append(FieldError(f"{pointer}/expiry", "needs_tracking", says))
    if item.shelf_life_days is not None and item.expiry is ItemExpiry.NONE:
        says = "Only what expires has a shelf life: set expiry too."
        found.append(FieldError(f"{pointer}/shelf_life_days", "needs_expiry", says))
    return found
