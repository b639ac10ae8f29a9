"""The tables of price lists and their prices; codes are also rows of `uniques`."""

from datetime import date

import msgspec
from pynamodb.indexes import GlobalSecondaryIndex

from chalicelib.catalog.price_lists.price_schemas import PriceEntry, PricesOfList
from chalicelib.catalog.price_lists.schemas import PriceListQuery
from chalicelib.kernel import uniques
from chalicelib.kernel.codes import folded
from chalicelib.kernel.dynamo.attributes import Day, Flag, Packed, Struct, Text, Whole
from chalicelib.kernel.dynamo.model import Document, Row, index_meta, meta
from chalicelib.kernel.lifecycle import Master
from chalicelib.kernel.privacy import BUSINESS
from chalicelib.kernel.views import Filter, View, required

CODE = uniques.Kind("price_list", "code", "price list")


class ByCode(GlobalSecondaryIndex["PriceList"]):
    Meta = index_meta("by_code")
    partition = Text(BUSINESS, hash_key=True)
    folded_code = Text(BUSINESS, range_key=True)


class PriceList(Master):
    """Access: by id; by code (index, and `uniques`). At most 200 active ones for a tenant."""

    Meta = meta("price_lists")
    entity = "price_list"
    code = Text(BUSINESS)
    folded_code = Text(BUSINESS)
    name = Text(BUSINESS)
    currency = Text(BUSINESS)
    includes_tax = Flag(BUSINESS)
    customer_group = Text(BUSINESS, null=True)
    channel = Text(BUSINESS, null=True)
    valid_from = Day(BUSINESS, null=True)
    valid_to = Day(BUSINESS, null=True)
    priority = Whole(BUSINESS)
    by_code = ByCode()


class ActiveList(msgspec.Struct, frozen=True, kw_only=True):
    """What the choice between price lists needs to know of one."""

    id: str
    code: str
    currency: str
    includes_tax: bool
    customer_group: str | None
    channel: str | None
    valid_from: date | None
    valid_to: date | None
    priority: int


class ActivePriceLists(Row):
    """All active price lists of a tenant, so that a line finds its price with one read of them. Written with each list.
    Access: by tenant."""

    Meta = meta("active_price_lists")
    partition = Text(BUSINESS, hash_key=True)
    version = Whole(BUSINESS)
    lists: Packed[list[ActiveList]] = Packed(BUSINESS, list[ActiveList])


class ItemPrices(Document):
    """All prices of an item in a price list, at most 50. Access: by list and item; all of a list. `id` is the item's.
    Limit: 1,000 writes a second for a list."""

    Meta = meta("item_prices")
    entity = "item_prices"
    price_list_id = Text(BUSINESS)
    entries: Struct[list[PriceEntry]] = Struct(BUSINESS, list[PriceEntry])


_FILTERS = (
    "status",
    "currency",
    Filter("customer_group", lambda row, group: folded(row.customer_group or "") == folded(group)),
    Filter("channel", lambda row, channel: folded(row.channel or "") == folded(channel)),
)
VIEWS: tuple[View[PriceListQuery], ...] = (
    View(lambda request: PriceList.partition == request.tenant.key(), filters=_FILTERS),
    View(
        lambda request: (
            (ByCode.partition == request.tenant.key()) & (ByCode.folded_code == folded(required(request.query.code)))
        ),
        needs=frozenset({"code"}),
        sort="code",
        index="by_code",
        filters=_FILTERS,
    ),
    View(lambda request: ByCode.partition == request.tenant.key(), sort="code", index="by_code", filters=_FILTERS),
)
PRICE_VIEWS: tuple[View[PricesOfList], ...] = (
    View(
        lambda request: ItemPrices.partition == request.tenant.key(request.query.price_list_id),
        needs=frozenset({"price_list_id"}),
    ),
    View(
        lambda request: (
            (ItemPrices.partition == request.tenant.key(request.query.price_list_id))
            & (ItemPrices.id == required(request.query.item_id))
        ),
        needs=frozenset({"price_list_id", "item_id"}),
    ),
)
