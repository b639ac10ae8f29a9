"""The tables of stock: a row for an item in a warehouse, a bin row for what lies at a location, and the movements."""

from decimal import Decimal

from pynamodb.expressions.condition import Condition
from pynamodb.indexes import GlobalSecondaryIndex

from chalicelib.inventory.stock.ledger_schemas import LedgerChoice
from chalicelib.inventory.stock.level_schemas import StockQuery
from chalicelib.inventory.stock.schemas import StockMovementKind
from chalicelib.inventory.warehouses.schemas import default_location
from chalicelib.inventory.warehouses.tables import warehouse_ref
from chalicelib.kernel.call import Call
from chalicelib.kernel.codes import folded
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.dynamo.attributes import Choice, Day, Flag, Moment, Number, Text, Whole
from chalicelib.kernel.dynamo.model import Row, index_meta, meta
from chalicelib.kernel.privacy import BUSINESS, USAGE
from chalicelib.kernel.tenant import SEPARATOR, Tenant, compound, parts_of
from chalicelib.kernel.views import Filter, View, required

NO_LOT = "-"
"""The lot in keys while items are not tracked by lot."""


class ByWarehouse(GlobalSecondaryIndex["Stock"]):
    Meta = index_meta("by_warehouse")
    warehouse_key = Text(BUSINESS, hash_key=True)
    item_id = Text(BUSINESS, range_key=True)


class Stock(Row):
    """Access: by item (all warehouses), by item and warehouse, by warehouse (index, entries written once).

    on_hand = committed + held + available, always. waiting: what orders wait for that can be served from here. loose:
    what lies at the default location, which has no bin row. A physical move checks `seq` and raises it by its
    movements; commitments are relative updates without `seq`. Limit: one transaction at a time for a row, about 40
    orders a second. shipped_at: when goods last left for a customer. blocked: nothing new is committed or received,
    because the item is archived. kept, ships_before_receipt: what its warehouse says.
    """

    Meta = meta("stock")
    partition = Text(BUSINESS, hash_key=True)
    warehouse_id = Text(BUSINESS, range_key=True)
    item_id = Text(BUSINESS)
    warehouse_key = Text(BUSINESS)
    on_hand = Number(BUSINESS)
    committed = Number(BUSINESS)
    held = Number(BUSINESS)
    available = Number(BUSINESS)
    waiting = Number(BUSINESS)
    loose = Number(BUSINESS)
    seq = Whole(BUSINESS)
    version = Whole(BUSINESS)
    moved_at = Moment(BUSINESS, null=True)
    shipped_at = Moment(BUSINESS, null=True)
    blocked = Flag(BUSINESS, null=True)
    kept = Flag(BUSINESS, null=True)
    ships_before_receipt = Flag(BUSINESS, null=True)
    by_warehouse = ByWarehouse()

    def is_visible_to(self, call: Call) -> bool:
        return call.sees(self.warehouse_id)


class ByLocation(GlobalSecondaryIndex["Bin"]):
    Meta = index_meta("by_location")
    warehouse_key = Text(BUSINESS, hash_key=True)
    at = Text(BUSINESS, range_key=True)


class Bin(Row):
    """Access: by item (all locations), by item and warehouse, by warehouse in the order of location and item (index,
    entries written once).

    on_hand = picked + free. picked: what open shipments take from here. Only locations other than a warehouse's default
    one have bin rows. It changes together with the row of its stock, whose `seq` guards it.
    """

    Meta = meta("bins")
    partition = Text(BUSINESS, hash_key=True)
    place = Text(BUSINESS, range_key=True)
    item_id = Text(BUSINESS)
    warehouse_id = Text(BUSINESS)
    location_id = Text(BUSINESS)
    warehouse_key = Text(BUSINESS)
    at = Text(BUSINESS)
    on_hand = Number(BUSINESS)
    picked = Number(BUSINESS)
    free = Number(BUSINESS)
    version = Whole(BUSINESS)
    moved_at = Moment(BUSINESS)
    by_location = ByLocation()

    def is_visible_to(self, call: Call) -> bool:
        return call.sees(self.warehouse_id)


class ByBin(GlobalSecondaryIndex["Movement"]):
    Meta = index_meta("by_bin")
    bin_key = Text(BUSINESS, hash_key=True)
    seq = Whole(BUSINESS, range_key=True)


class Movement(Row):
    """Access: by item and warehouse, in the order of `seq`, which has no gaps; by item, location and lot (sparse index;
    movements at a default location are not in it). Immutable: corrections are reversals.

    balance / loose / bin_balance: on hand after it in the warehouse, at its default location, and at the other location
    where it moved, if it did. `at` never decreases with rising `seq`, so what there was at a time is found by binary
    search. bin_id: the location where it moved; None for the default one. effective_on: the day on which it happened,
    where that is not the day of `at` in the tenant's time zone.
    """

    Meta = meta("movements")
    partition = Text(BUSINESS, hash_key=True)
    seq = Whole(BUSINESS, range_key=True)
    kind: Choice[StockMovementKind] = Choice(BUSINESS, StockMovementKind)
    quantity = Number(BUSINESS)
    balance = Number(BUSINESS)
    loose = Number(BUSINESS)
    bin_id = Text(BUSINESS, null=True)
    bin_key = Text(BUSINESS, null=True)
    bin_balance = Number(BUSINESS, null=True)
    at = Moment(BUSINESS)
    document_id = Text(BUSINESS)
    line = Whole(BUSINESS, null=True)
    reference = Text(BUSINESS, null=True)
    reason = Text(BUSINESS, null=True)
    effective_on = Day(BUSINESS, null=True)
    actor = Text(USAGE)
    by_bin = ByBin()

    @property
    def item_id(self) -> str:
        """What moved."""
        return parts_of(self.partition)[-2]

    @property
    def warehouse_id(self) -> str:
        """The warehouse in which it moved."""
        return parts_of(self.partition)[-1]

    @property
    def location_id(self) -> str:
        """Where it moved."""
        return self.bin_id or default_location(self.warehouse_id)

    @property
    def place_balance(self) -> Decimal:
        """On hand after it where it moved."""
        return self.loose if self.bin_balance is None else self.bin_balance

    def is_visible_to(self, call: Call) -> bool:
        return call.sees(self.warehouse_id)


def stock_ref(tenant: Tenant, item_id: str, warehouse_id: str) -> store.Ref:
    return store.Ref(Stock, tenant.key(item_id), warehouse_id)


def bin_ref(tenant: Tenant, item_id: str, warehouse_id: str, location_id: str) -> store.Ref:
    return store.Ref(Bin, tenant.key(item_id), compound(warehouse_id, location_id, NO_LOT))


def bin_at(location_id: str, item_id: str) -> str:
    """The place of a bin among those of its warehouse."""
    return compound(location_id, item_id)


def bins_at(warehouse_key: str, first: str, last: str, after: str = "") -> Condition:
    """The bins of a warehouse from one location to another, in the order of location and item; those after one of
    them."""
    lowest = f"{after} " if after else first  # a blank sorts before whatever follows in a longer key
    found: Condition = (ByLocation.warehouse_key == warehouse_key) & ByLocation.at.between(lowest, compound(last, "~"))
    return found


def bins_prefix(warehouse_id: str) -> str:
    """How the places of a warehouse begin."""
    return f"{warehouse_id}{SEPARATOR}"


def movements_key(tenant: Tenant, item_id: str, warehouse_id: str) -> str:
    """The partition of the movements of an item in a warehouse."""
    return tenant.key(item_id, warehouse_id)


def movement_ref(tenant: Tenant, item_id: str, warehouse_id: str, seq: int) -> store.Ref:
    return store.Ref(Movement, movements_key(tenant, item_id, warehouse_id), seq)


_REFERENCE = Filter("reference", lambda row, reference: folded(row.reference or "") == folded(reference))
_LOOSE = Filter("is_loose", lambda row, is_loose: (row.bin_id is None) is is_loose)
_SHORT = Filter("is_short", lambda row, is_short: (row.available < row.waiting) is is_short)
STOCK_VIEWS: tuple[View[StockQuery], ...] = (
    View(
        lambda request: Stock.partition == request.tenant.key(required(request.query.item_id)),
        needs=frozenset({"item_id"}),
        sort="warehouse_id",
        filters=("warehouse_id", _SHORT),
    ),
    View(
        lambda request: ByWarehouse.warehouse_key == request.tenant.key(required(request.query.warehouse_id)),
        needs=frozenset({"warehouse_id"}),
        sort="item_id",
        index="by_warehouse",
        filters=(_SHORT, Filter("category")),
        visible_through=lambda request: warehouse_ref(request.tenant, required(request.query.warehouse_id)),
    ),
)
LEDGER_VIEWS: tuple[View[LedgerChoice], ...] = (
    View(
        lambda request: (
            (Movement.partition == movements_key(request.tenant, request.query.item_id, request.query.warehouse_id))
            & Movement.seq.between(request.query.first_seq, request.query.last_seq)
        ),
        needs=frozenset({"item_id", "warehouse_id", "first_seq", "last_seq"}),
        sort="seq",
        newest_first=True,
        filters=("kind", "document_id", _REFERENCE, _LOOSE, Filter("area_of")),
        visible_through=lambda request: warehouse_ref(request.tenant, request.query.warehouse_id),
    ),
    View(
        lambda request: (
            (ByBin.bin_key == request.tenant.key(request.query.item_id, required(request.query.bin_id)))
            & ByBin.seq.between(request.query.first_seq, request.query.last_seq)
        ),
        needs=frozenset({"item_id", "warehouse_id", "bin_id", "first_seq", "last_seq"}),
        sort="seq",
        newest_first=True,
        index="by_bin",
        filters=("kind", "document_id", _REFERENCE),
        visible_through=lambda request: warehouse_ref(request.tenant, request.query.warehouse_id),
    ),
)
