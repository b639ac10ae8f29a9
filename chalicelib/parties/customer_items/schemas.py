"""API schemas of customers' own codes of items."""

from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.bulk.schemas import BulkRowOutcome
from chalicelib.catalog.items.schemas import ItemId, Sku
from chalicelib.kernel.pages import PageQuery
from chalicelib.kernel.schemas import Schema, Stamped
from chalicelib.kernel.texts import line
from chalicelib.parties.customers.schemas import CustomerId

CustomerItemCode = Annotated[
    str,
    line(
        64,
        description="The customer's own code of the item. No two items of one customer have the same, whatever its "
        "case.",
        examples=["4711-B"],
    ),
]
CustomerItemName = Annotated[
    str, line(200, description="What the customer calls the item; null when that is not known.")
]


class SetCustomerItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a customer calls an item, in place of what was set before. Give either `item_id` or `sku`."""

    item_id: Annotated[ItemId, Meta(description="The id of the item; or give its `sku`.")] | None = None
    sku: Annotated[Sku, Meta(description="The SKU of the item; or give its `item_id`.")] | None = None
    code: Annotated[CustomerItemCode | None, Meta(description="The customer's own code of it; null takes it away.")]
    name: CustomerItemName | None = None


class CustomerItem(Schema, Stamped, frozen=True, kw_only=True):
    """What a customer calls an item."""

    customer_id: CustomerId
    item_id: ItemId
    code: CustomerItemCode
    name: CustomerItemName | None


class CustomerItemSet(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a customer's own code of an item."""

    customer_id: CustomerId
    item_id: ItemId
    outcome: Annotated[BulkRowOutcome, Meta(description="What was done; `updated` also when it was taken away.")]
    code: Annotated[CustomerItemCode | None, Meta(description="The code that the customer has for it; null for none.")]
    name: CustomerItemName | None


class CustomerItemQuery(PageQuery, frozen=True, kw_only=True):
    """All, the one with a code, or that of an item; sorted by item id."""

    item_id: Annotated[ItemId, Meta(description="Only what the customer calls this item.")] | None = None
    code: (
        Annotated[
            CustomerItemCode,
            Meta(
                description="Only the item with this code, in any case; also when a customer has it that was merged "
                "into this one."
            ),
        ]
        | None
    ) = None


class ItemsOfCustomer(CustomerItemQuery, frozen=True, kw_only=True):
    """The query of one customer."""

    customer_id: CustomerId
