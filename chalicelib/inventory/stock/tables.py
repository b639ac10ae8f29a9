"""The tables of balances and movements."""

from collections.abc import Iterable

from pynamodb.indexes import GlobalSecondaryIndex

from chalicelib.inventory.stock.schemas import BalanceQuery, LedgerQuery, StockMovementKind
from chalicelib.inventory.warehouses.tables import location_ref
from chalicelib.kernel.codes import folded
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.dynamo.attributes import Choice, Flag, Moment, Number, Text, Whole
from chalicelib.kernel.dynamo.model import Row, index_meta, meta
from chalicelib.kernel.privacy import BUSINESS, FREE_TEXT, USAGE
from chalicelib.kernel.tenant import Tenant, parts_of
from chalicelib.kernel.views import Filter, View, required

NO_LOT = "-"
"""The lot in keys while items are not tracked by lot."""


class ByLocation(GlobalSecondaryIndex["Balance"]):
    Meta = index_meta("by_location")
    location_key = Text(BUSINESS, hash_key=True)
    item_id = Text(BUSINESS, range_key=True)


class Balance(Row):
    """Access: by item (all locations), by item and location, by location (index, entries written once).

    on_hand = committed + available, always. A physical move checks and increments `seq` and writes a movement;
    reservations and releases are relative updates without `seq`. Limit: one transaction at a time for a balance, about
    40 orders a second. blocked: refuses new reservations and receipts, because the item or the location is archived.
    """

    Meta = meta("balances")
    partition = Text(BUSINESS, hash_key=True)
    location_lot = Text(BUSINESS, range_key=True)
    item_id = Text(BUSINESS)
    location_id = Text(BUSINESS)
    location_key = Text(BUSINESS)
    on_hand = Number(BUSINESS)
    committed = Number(BUSINESS)
    available = Number(BUSINESS)
    seq = Whole(BUSINESS)
    version = Whole(BUSINESS)
    moved_at = Moment(BUSINESS)
    blocked = Flag(BUSINESS, null=True)
    by_location = ByLocation()

    def visibility_parents(self, tenant: Tenant) -> Iterable[store.Ref]:
        return [location_ref(tenant, self.location_id)]


class Movement(Row):
    """Access: by item, location and lot, in the order of `seq`, which has no gaps. Immutable: corrections are
    reversals.

    `at` never decreases with rising `seq`, so the balance at a time is found by binary search.
    """

    Meta = meta("movements")
    partition = Text(BUSINESS, hash_key=True)
    seq = Whole(BUSINESS, range_key=True)
    kind: Choice[StockMovementKind] = Choice(BUSINESS, StockMovementKind)
    quantity = Number(BUSINESS)
    balance = Number(BUSINESS)
    at = Moment(BUSINESS)
    reference = Text(BUSINESS)
    reason = Text(BUSINESS, null=True)
    note = Text(FREE_TEXT, null=True)
    actor = Text(USAGE)

    def visibility_parents(self, tenant: Tenant) -> Iterable[store.Ref]:
        *_, location_id, _ = parts_of(self.partition)
        return [location_ref(tenant, location_id)]


_REFERENCE = Filter("reference", lambda row, reference: folded(row.reference) == folded(reference))
BALANCE_VIEWS: tuple[View[BalanceQuery], ...] = (
    View(
        lambda request: Balance.partition == request.tenant.key(required(request.query.item_id)),
        needs=frozenset({"item_id"}),
        sort="location_id",
        filters=("location_id",),
    ),
    View(
        lambda request: ByLocation.location_key == request.tenant.key(required(request.query.location_id)),
        needs=frozenset({"location_id"}),
        sort="item_id",
        index="by_location",
        visible_through=lambda request: location_ref(request.tenant, required(request.query.location_id)),
    ),
)
LEDGER_VIEWS: tuple[View[LedgerQuery], ...] = (
    View(
        lambda request: (
            Movement.partition == request.tenant.key(request.query.item_id, request.query.location_id, NO_LOT)
        ),
        needs=frozenset({"item_id", "location_id"}),
        sort="seq",
        newest_first=True,
        filters=("kind", _REFERENCE),
        visible_through=lambda request: location_ref(request.tenant, request.query.location_id),
    ),
)
