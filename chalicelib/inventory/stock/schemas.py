"""What the API says about stock."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.catalog.items.schemas import ItemId
from chalicelib.inventory.warehouses.schemas import LocationId, WarehouseId
from chalicelib.kernel.decimals import Quantity, SignedQuantity
from chalicelib.kernel.lists import PageQuery

Reference = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._/-]{0,63}$", examples=["PO-2026-000017"])]
Note = Annotated[str, Meta(max_length=500)]
MAX_LINES = 40
"""Each line writes a balance and a movement, and the first balance of a location asserts that it is open; two more
actions of the transaction's hundred are the journal's and the stored answer's."""
MAX_TRANSFER_LINES = 20
MAX_SKUS = 100
MAX_SKU_LENGTH = 64


class MovementKind(StrEnum):
    """Why stock moved; closed, and the sign belongs to the kind."""

    RECEIPT = "receipt"
    ADJUSTMENT = "adjustment"
    TRANSFER_OUT = "transfer_out"
    TRANSFER_IN = "transfer_in"
    SHIPMENT = "shipment"
    SHIPMENT_REVERSAL = "shipment_reversal"


class AdjustmentReason(StrEnum):
    DAMAGED = "damaged"
    LOST = "lost"
    FOUND = "found"
    COUNTED = "counted"
    SAMPLE = "sample"
    CORRECTION = "correction"
    OPENING = "opening"


class ReceiptLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    item_id: ItemId
    location_id: LocationId
    quantity: Quantity


class Receipt(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Goods that came in. `reference` names where from, such as a delivery note."""

    lines: Annotated[list[ReceiptLine], Meta(min_length=1, max_length=MAX_LINES)]
    reference: Reference | None = None
    note: Note | None = None


class AdjustmentLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`change` is signed: what is added or taken away."""

    item_id: ItemId
    location_id: LocationId
    change: SignedQuantity


class Adjustment(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    lines: Annotated[list[AdjustmentLine], Meta(min_length=1, max_length=MAX_LINES)]
    reason: AdjustmentReason
    reference: Reference | None = None
    note: Note | None = None


class TransferLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    item_id: ItemId
    from_location_id: LocationId
    to_location_id: LocationId
    quantity: Quantity


class Transfer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Both sides move in one transaction."""

    lines: Annotated[list[TransferLine], Meta(min_length=1, max_length=MAX_TRANSFER_LINES)]
    reference: Reference | None = None
    note: Note | None = None


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    item_id: str
    location_id: str
    quantity: Decimal
    on_hand: Decimal


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """What was done; its id is the `reference` of the movements when none was given."""

    id: str
    moved: list[Moved]


class Balance(msgspec.Struct, frozen=True, kw_only=True):
    """on_hand = reserved + available."""

    item_id: str
    location_id: str
    on_hand: Decimal
    reserved: Decimal
    available: Decimal
    blocked: bool
    moved_at: datetime
    version: int


class BalanceQuery(PageQuery, frozen=True, kw_only=True):
    """Of an item, of a location, or of both."""

    item_id: ItemId | None = None
    location_id: LocationId | None = None


class Movement(msgspec.Struct, frozen=True, kw_only=True):
    """`balance` is on hand after it."""

    seq: int
    kind: MovementKind
    quantity: Decimal
    balance: Decimal
    at: datetime
    reference: str
    reason: str | None
    note: str | None
    actor: str


class LedgerQuery(PageQuery, frozen=True, kw_only=True):
    """The movements of an item at a location, newest first."""

    item_id: ItemId
    location_id: LocationId
    kind: MovementKind | None = None
    reference: Reference | None = None


class AsOfQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    item_id: ItemId
    location_id: LocationId
    at: Annotated[datetime, Meta(tz=True)]


class AsOf(msgspec.Struct, frozen=True, kw_only=True):
    """What was on hand at a time; `seq` is the last movement up to then, 0 before the first."""

    item_id: str
    location_id: str
    at: datetime
    on_hand: Decimal
    seq: int


Skus = Annotated[str, Meta(min_length=1, max_length=6600, description=f"Up to {MAX_SKUS} SKUs, separated by commas.")]


class AvailabilityQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """With a location, or a warehouse (its default location), one read serves all; else every location is summed."""

    skus: Skus
    location_id: LocationId | None = None
    warehouse_id: WarehouseId | None = None


class Available(msgspec.Struct, frozen=True, kw_only=True):
    sku: str
    item_id: str
    on_hand: Decimal
    reserved: Decimal
    available: Decimal
    locations: list[Balance]


class Availability(msgspec.Struct, frozen=True, kw_only=True):
    """`unknown` are SKUs that no item has."""

    data: list[Available]
    unknown: list[str]
