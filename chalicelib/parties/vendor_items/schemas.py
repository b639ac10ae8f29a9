"""API schemas of vendor items."""

from datetime import date
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from chalicelib.catalog.items.schemas import ItemId, Sku
from chalicelib.catalog.items.unit_schemas import UnitName
from chalicelib.kernel import ids
from chalicelib.kernel.decimals import Price, Quantity, QuantityOrZero
from chalicelib.kernel.lifecycle import StatusField, StatusFilter
from chalicelib.kernel.money import Currency
from chalicelib.kernel.pages import CreationQuery, PageQuery
from chalicelib.kernel.schemas import AllowedTransitions, Schema, Stamped
from chalicelib.kernel.texts import line
from chalicelib.parties.vendors.schemas import VendorId

VendorItemId = Annotated[str, ids.described("vit", "the vendor item")]
VendorSku = Annotated[
    str,
    line(
        64,
        description="The vendor's own number of the item; no two items of one vendor have the same, whatever its "
        "case. Null when it has none.",
        examples=["BS-10-K"],
    ),
]
VendorItemName = Annotated[str, line(200, description="What the vendor calls the item; null when that is not known.")]
PurchaseUnit = Annotated[
    UnitName, Meta(description="The unit in which the vendor sells the item; one of the item's units.")
]
PurchaseCurrency = Annotated[Currency, Meta(description="The currency of the prices.")]
VendorLeadTime = Annotated[
    int,
    Meta(
        ge=0,
        le=999,
        description="How many days pass from an order until the item arrives; null for the vendor's usual time.",
    ),
]
LeastQuantity = Annotated[
    Quantity, Meta(description="The vendor sells no less than this, in `minimum_unit`; null for no minimum.")
]
LeastUnit = Annotated[UnitName, Meta(description="The unit of `minimum_quantity`; null for the purchase unit.")]
Multiple = Annotated[
    Quantity,
    Meta(description="The vendor sells multiples of this only, in the purchase unit; null when it sells any quantity."),
]
IsPreferred = Annotated[
    bool, Meta(description="Whether the item is usually bought here. At most one vendor item of an item is preferred.")
]
_ONE = Quantity(1)
_ANY = QuantityOrZero(0)


class VendorPrice(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A price of a vendor: from a quantity on, from one day to another."""

    minimum_quantity: Annotated[
        QuantityOrZero,
        Meta(description="The price counts from this quantity on, in the purchase unit; 0 for any quantity."),
    ] = msgspec.field(default_factory=lambda: _ANY)
    amount: Annotated[Price, Meta(description="The price of `per` purchase units.")]
    per: Annotated[Quantity, Meta(description="For how many purchase units the amount is the price.")] = msgspec.field(
        default_factory=lambda: _ONE
    )
    valid_from: (
        Annotated[date, Meta(description="The first day on which the price counts; null for no beginning.")] | None
    ) = None
    valid_to: Annotated[date, Meta(description="The last day on which the price counts; null for no end.")] | None = (
        None
    )


VendorPrices = Annotated[
    list[VendorPrice],
    Meta(max_length=50, description="The price breaks. On one day there is one price from one quantity on."),
]


class VendorItemFields(Schema, frozen=True, kw_only=True):
    """The fields of a vendor item that callers can set."""

    vendor_sku: VendorSku | None = None
    vendor_name: VendorItemName | None = None
    unit: PurchaseUnit
    currency: PurchaseCurrency
    prices: VendorPrices = []
    lead_time_days: VendorLeadTime | None = None
    minimum_quantity: LeastQuantity | None = None
    minimum_unit: LeastUnit | None = None
    multiple: Multiple | None = None
    is_preferred: IsPreferred = False


class NewVendorItem(VendorItemFields, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An item that the vendor sells. Give either `item_id` or `sku`."""

    item_id: Annotated[ItemId, Meta(description="The id of the item; or give its `sku`.")] | None = None
    sku: Annotated[Sku, Meta(description="Your SKU of the item; or give its `item_id`.")] | None = None


class VendorItemChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Only the given fields change; null clears an optional field. The prices are replaced as a whole."""

    vendor_sku: VendorSku | None | UnsetType = UNSET
    vendor_name: VendorItemName | None | UnsetType = UNSET
    unit: PurchaseUnit | UnsetType = UNSET
    currency: PurchaseCurrency | UnsetType = UNSET
    prices: VendorPrices | UnsetType = UNSET
    lead_time_days: VendorLeadTime | None | UnsetType = UNSET
    minimum_quantity: LeastQuantity | None | UnsetType = UNSET
    minimum_unit: LeastUnit | None | UnsetType = UNSET
    multiple: Multiple | None | UnsetType = UNSET
    is_preferred: IsPreferred | UnsetType = UNSET


class VendorItem(VendorItemFields, Stamped, frozen=True, kw_only=True):
    """An item that a vendor sells, in one unit."""

    id: VendorItemId
    vendor_id: VendorId
    item_id: ItemId
    status: StatusField
    allowed_transitions: AllowedTransitions


class VendorItemQuery(CreationQuery, frozen=True, kw_only=True):
    """All, or those of an item; by time of creation."""

    item_id: Annotated[ItemId, Meta(description="Only the vendor items of this item.")] | None = None
    status: StatusFilter | None = None


class ItemsOfVendorQuery(PageQuery, frozen=True, kw_only=True):
    """All of the vendor, or the one with a number of the vendor; by time of creation."""

    vendor_sku: (
        Annotated[
            VendorSku,
            Meta(
                description="Only the item with this number of the vendor, in any case; also when a vendor has it that "
                "was merged into this one."
            ),
        ]
        | None
    ) = None
    status: StatusFilter | None = None


class ItemsOfVendor(ItemsOfVendorQuery, frozen=True, kw_only=True):
    """The query of one vendor."""

    vendor_id: VendorId
