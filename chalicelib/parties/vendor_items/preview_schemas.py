"""API schemas of what would have to be ordered of an item at each of its vendors."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.catalog.items.schemas import ItemId, Sku
from chalicelib.catalog.items.unit_schemas import UnitName
from chalicelib.kernel.decimals import Price, Quantity, Total
from chalicelib.kernel.schemas import Schema
from chalicelib.parties.vendor_items.schemas import IsPreferred, PurchaseCurrency, VendorItemId, VendorSku
from chalicelib.parties.vendors.schemas import VendorId


class PurchasePreview(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An item and how much of it is needed. Give either `item_id` or `sku`."""

    item_id: Annotated[ItemId, Meta(description="The id of the item; or give its `sku`.")] | None = None
    sku: Annotated[Sku, Meta(description="Your SKU of the item; or give its `item_id`.")] | None = None
    quantity: Annotated[Quantity, Meta(description="How much is needed, in `unit`.")]
    unit: Annotated[UnitName, Meta(description="The unit of the quantity; the item's base unit if absent.")] | None = (
        None
    )
    day: Annotated[date, Meta(description="The day of the order; today in UTC if absent.")] | None = None


class OfferProblem(StrEnum):
    """Why it cannot be said what to order. `unknown_unit`: the item has no such unit any more. `out_of_range`: the
    quantity would be too large."""

    UNKNOWN_UNIT = "unknown_unit"
    OUT_OF_RANGE = "out_of_range"


class VendorOffer(Schema, frozen=True, kw_only=True):
    """What would have to be ordered at one vendor, so that it is no less than is needed."""

    vendor_item_id: VendorItemId
    vendor_id: Annotated[VendorId, Meta(description="The vendor, after merges.")]
    vendor_sku: VendorSku | None
    is_preferred: IsPreferred
    quantity: Annotated[
        Decimal | None, Meta(description="The quantity to order, in `unit`; null when there is a problem.")
    ]
    unit: Annotated[str, Meta(description="The purchase unit.", examples=["box"])]
    base_quantity: Annotated[
        Decimal | None,
        Meta(description="What that is in the item's base unit; never less than the need. Null as `quantity`."),
    ]
    amount: Annotated[
        Price | None, Meta(description="The price of `per` purchase units; null when there is none for the quantity.")
    ]
    per: Annotated[
        Decimal | None, Meta(description="For how many purchase units the amount is the price; null without a price.")
    ]
    total: Annotated[
        Total | None, Meta(description="The price of the quantity, rounded half up; null without a price.")
    ]
    currency: PurchaseCurrency
    lead_time_days: Annotated[
        int | None, Meta(description="How many days it takes to arrive, else usually at the vendor; null when unknown.")
    ]
    problem: Annotated[OfferProblem | None, Meta(description="Why there is no quantity; null when there is one.")]


class PreviewedPurchase(Schema, frozen=True, kw_only=True):
    """What would have to be ordered at each vendor of an item."""

    item_id: ItemId
    base_quantity: Annotated[Decimal, Meta(description="How much is needed, in the item's base unit.")]
    base_unit: Annotated[str, Meta(description="The item's base unit.", examples=["each"])]
    offers: Annotated[
        list[VendorOffer],
        Meta(description="The preferred one first, the others by time of creation; at most 100."),
    ]
