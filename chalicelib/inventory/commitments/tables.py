"""The table of those who wait for stock, in the order in which they get it."""

from collections.abc import Iterable

from chalicelib.inventory.commitments import owners
from chalicelib.inventory.commitments.ranks import Claim, claim_of
from chalicelib.inventory.commitments.schemas import HoldersQuery, WaitingQuery
from chalicelib.inventory.stock.levels import StockKey
from chalicelib.inventory.warehouses.tables import warehouse_ref
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.dynamo.attributes import Moment, Number, Text
from chalicelib.kernel.dynamo.model import Row, meta
from chalicelib.kernel.privacy import BUSINESS, Retention
from chalicelib.kernel.tenant import Tenant, parts_of
from chalicelib.kernel.views import View


class Waiting(Row):
    """Access: by item and warehouse, in the order of `turn` (ranks.py), which names the document that waits.

    It is written together with the document and with the stock row, whose `waiting` is the sum of these rows.
    """

    Meta = meta("waiting")
    partition = Text(BUSINESS, hash_key=True)
    turn = Text(BUSINESS, range_key=True)
    quantity = Number(BUSINESS)

    @property
    def stock_key(self) -> StockKey:
        """What it waits for."""
        return StockKey(*parts_of(self.partition)[1:])

    @property
    def claim(self) -> Claim:
        """Who waits."""
        return claim_of(self.turn)

    def is_visible_to(self, call: Call) -> bool:
        return call.sees(self.stock_key.warehouse_id)

    def visibility_parents(self, tenant: Tenant) -> Iterable[store.Ref]:
        return [owners.ref(tenant, self.claim.document_id)]


class Holder(Row):
    """Access: by item and warehouse, in the order of turns. A document that has committed stock of it, or had: whoever
    reads a row looks at the document, and removes the row if it holds nothing any more.

    A consumer writes it when a document gets stock. It costs one write unit, and nothing when the document is done.
    """

    Meta = meta("stock_holders")
    retention = Retention(
        rule="stock_holders",
        days=400,
        since="written_at",
        basis="a pointer for finding who holds stock; longer than goods are put aside for somebody",
        by_ttl=True,
    )
    partition = Text(BUSINESS, hash_key=True)
    turn = Text(BUSINESS, range_key=True)
    written_at = Moment(BUSINESS)

    @property
    def claim(self) -> Claim:
        """Who holds stock."""
        return claim_of(self.turn)

    def is_visible_to(self, call: Call) -> bool:
        return call.sees(parts_of(self.partition)[-1])

    def visibility_parents(self, tenant: Tenant) -> Iterable[store.Ref]:
        return [owners.ref(tenant, self.claim.document_id)]


def waiting_key(tenant: Tenant, key: StockKey) -> str:
    """The partition of those who wait for an item in a warehouse, and of those who hold some of it."""
    return tenant.key(*key)


def waiting_ref(tenant: Tenant, key: StockKey, turn: str) -> store.Ref:
    return store.Ref(Waiting, waiting_key(tenant, key), turn)


HOLDER_VIEWS: tuple[View[HoldersQuery], ...] = (
    View(
        lambda request: (
            Holder.partition == waiting_key(request.tenant, StockKey(request.query.item_id, request.query.warehouse_id))
        ),
        needs=frozenset({"item_id", "warehouse_id"}),
        sort="turn",
        newest_first=True,
        visible_through=lambda request: warehouse_ref(request.tenant, request.query.warehouse_id),
    ),
)
WAITING_VIEWS: tuple[View[WaitingQuery], ...] = (
    View(
        lambda request: (
            Waiting.partition
            == waiting_key(request.tenant, StockKey(request.query.item_id, request.query.warehouse_id))
        ),
        needs=frozenset({"item_id", "warehouse_id"}),
        sort="turn",
        visible_through=lambda request: warehouse_ref(request.tenant, request.query.warehouse_id),
    ),
)
