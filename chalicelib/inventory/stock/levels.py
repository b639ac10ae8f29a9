"""The quantities of stock rows, for decisions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from chalicelib.inventory.stock import tables
from chalicelib.inventory.stock.tables import Stock
from chalicelib.kernel.dynamo.store import Ref
from chalicelib.kernel.tenant import Tenant
from chalicelib.kernel.work import Work

_ZERO = Decimal(0)


class StockKey(NamedTuple):
    """An item in a warehouse, which together identify a stock row."""

    item_id: str
    warehouse_id: str


@dataclass(frozen=True, slots=True)
class Level:
    """The quantities of a stock row; zero if there is no row."""

    on_hand: Decimal = _ZERO
    committed: Decimal = _ZERO
    held: Decimal = _ZERO
    available: Decimal = _ZERO
    waiting: Decimal = _ZERO
    loose: Decimal = _ZERO
    seq: int = 0
    blocked: bool = False
    kept: bool = False
    ships_before_receipt: bool = False
    """Of an archived item nothing comes any more, so that nothing is shipped before."""
    exists: bool = False

    @property
    def free(self) -> Decimal:
        """What can be committed: what is available, or any quantity where it is shipped before it is received."""
        return Decimal("Infinity") if self.ships_before_receipt else self.available

    @property
    def promisable(self) -> Decimal:
        """What a new order can get: what is available beyond what others wait for."""
        return _ZERO if self.blocked or self.kept else max(_ZERO, self.available - self.waiting)


def ref(tenant: Tenant, key: StockKey) -> Ref:
    """The key of a stock row, for reading it together with other rows."""
    return tables.stock_ref(tenant, key.item_id, key.warehouse_id)


def rows(work: Work, keys: Iterable[StockKey]) -> dict[StockKey, Stock | None]:
    """The stock rows of these keys, None for each that does not exist; one round trip for each 100."""
    requested = sorted(set(keys))
    found = work.read(*(ref(work.tenant, key) for key in requested))
    return {key: row for key, row in zip(requested, found, strict=True) if row is None or isinstance(row, Stock)}


def levels(work: Work, keys: Iterable[StockKey]) -> dict[StockKey, Level]:
    """The level of each key."""
    return {key: level(row) for key, row in rows(work, keys).items()}


def level(row: Stock | None) -> Level:
    """The level of a row; zero without a row."""
    if row is None:
        return Level()
    return Level(
        on_hand=row.on_hand,
        committed=row.committed,
        held=row.held,
        available=row.available,
        waiting=row.waiting,
        loose=row.loose,
        seq=row.seq,
        blocked=bool(row.blocked),
        kept=bool(row.kept),
        ships_before_receipt=bool(row.ships_before_receipt and not row.blocked),
        exists=True,
    )


def new_row(tenant: Tenant, key: StockKey, **quantities: Decimal) -> Stock:
    """The first row of a key; quantities that are not given are zero."""
    zeros: Mapping[str, Decimal] = dict.fromkeys(
        ("on_hand", "committed", "held", "available", "waiting", "loose"), _ZERO
    )
    return Stock(
        partition=tenant.key(key.item_id),
        warehouse_id=key.warehouse_id,
        item_id=key.item_id,
        warehouse_key=tenant.key(key.warehouse_id),
        seq=0,
        version=1,
        **{**zeros, **quantities},
    )
