"""Bin rows: what lies at the locations of a warehouse that are not its default one."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from pynamodb.expressions.update import Action as UpdateAction

from chalicelib.inventory.stock import tables
from chalicelib.inventory.stock.tables import Bin
from chalicelib.inventory.warehouses.places import Place
from chalicelib.inventory.warehouses.tables import Location, location_ref
from chalicelib.kernel import clock
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.dynamo.actions import Prepared, Values
from chalicelib.kernel.errors import Conflict
from chalicelib.kernel.lifecycle import LifecycleStatus
from chalicelib.kernel.tenant import Tenant
from chalicelib.kernel.visibility import find_all
from chalicelib.kernel.work import Work

_ZERO = Decimal(0)


def _changes(of: Values) -> list[UpdateAction]:
    return [
        Bin.on_hand.set(Bin.on_hand + of["on_hand"]),
        Bin.picked.set(Bin.picked + of["picked"]),
        Bin.free.set(Bin.free + of["free"]),
        Bin.version.set(Bin.version + 1),
        Bin.moved_at.set(of["at"]),
    ]


_SLOTS = {**dict.fromkeys(("on_hand", "picked", "free", "before"), "N"), "at": "S"}
_MOVE = Prepared(Bin, lambda of: (_changes(of), Bin.on_hand == of["before"]), **_SLOTS)
_TAKE = Prepared(
    Bin,
    lambda of: (_changes(of), (Bin.on_hand == of["before"]) & (Bin.free >= of["least_free"])),
    **_SLOTS,
    least_free="N",
)


def _picked(of: Values) -> list[UpdateAction]:
    return [
        Bin.picked.set(Bin.picked + of["quantity"]),
        Bin.free.set(Bin.free - of["quantity"]),
        Bin.version.set(Bin.version + 1),
    ]


_PICK = Prepared(Bin, lambda of: (_picked(of), Bin.free >= of["quantity"]), quantity="N")
_UNPICK = Prepared(Bin, lambda of: (_picked(of), Bin.picked >= of["least"]), quantity="N", least="N")


@dataclass
class BinPlan:
    """What becomes of one bin row. change: of what lies there. unpicked: what leaves of what shipments have picked.
    taken: what leaves of what they have not."""

    item_id: str
    place: Place
    row: Bin | None
    change: Decimal = _ZERO
    unpicked: Decimal = _ZERO
    taken: Decimal = _ZERO

    @property
    def on_hand(self) -> Decimal:
        """What lies there afterwards."""
        return (self.row.on_hand if self.row else _ZERO) + self.change

    @property
    def free(self) -> Decimal:
        """What lies there afterwards and no shipment has picked."""
        return (self.row.free if self.row else _ZERO) + self.change + self.unpicked


BinKey = tuple[str, Place]
"""An item and the place where it lies."""


def bin_ref(tenant: Tenant, key: BinKey) -> store.Ref:
    """The key of a bin row, for reading it together with other rows."""
    item_id, place = key
    return tables.bin_ref(tenant, item_id, place.warehouse_id, place.location_id)


def plans(work: Work, keys: Iterable[BinKey]) -> dict[BinKey, BinPlan]:
    """A plan for each bin, in which nothing changes yet."""
    requested = list(dict.fromkeys(keys))
    found = work.read(*(bin_ref(work.tenant, key) for key in requested))
    return {
        key: BinPlan(*key, row if isinstance(row, Bin) else None) for key, row in zip(requested, found, strict=True)
    }


def write(work: Work, planned: Iterable[BinPlan]) -> None:
    """Writes the bin rows that change; where nothing lies any more there is none. A new one needs a location that is
    active still."""
    new = []
    for plan in planned:
        if plan.row is None:
            new += [plan] if plan.change else []
            continue
        name = bin_ref(work.tenant, (plan.item_id, plan.place))
        if not plan.on_hand and plan.row.picked == plan.unpicked:
            work.remove(name, Bin.version == plan.row.version)
            continue
        values = {
            "on_hand": plan.change,
            "picked": -plan.unpicked,
            "free": plan.change + plan.unpicked,
            "before": plan.row.on_hand,
        }
        prepared, guard = (_TAKE, {"least_free": plan.taken}) if plan.taken else (_MOVE, {})
        work.add(prepared.fill(name, **values, **guard, at=clock.text(work.now)))
    touched = {action.ref for action in work.actions}  # this work may make a location, or require it already
    for location_id in sorted({plan.place.location_id for plan in new}):
        name = location_ref(work.tenant, location_id)
        if name not in touched:
            work.require(name, Location.status == LifecycleStatus.ACTIVE)
    for plan in new:
        work.insert(_new(work, plan))


def _new(work: Work, plan: BinPlan) -> Bin:
    name = bin_ref(work.tenant, (plan.item_id, plan.place))
    return Bin(
        partition=name.hash_key,
        place=name.range_key,
        item_id=plan.item_id,
        warehouse_id=plan.place.warehouse_id,
        location_id=plan.place.location_id,
        warehouse_key=work.tenant.key(plan.place.warehouse_id),
        at=tables.bin_at(plan.place.location_id, plan.item_id),
        on_hand=plan.change,
        picked=_ZERO,
        free=plan.change,
        version=1,
        moved_at=work.now,
    )


def pick(work: Work, item_id: str, place: Place, quantity: Decimal) -> None:
    """Marks what an open shipment takes from a bin; what it no longer takes, if negative. Of default locations nothing
    is marked."""
    if not place.is_loose and quantity:
        name = bin_ref(work.tenant, (item_id, place))
        if quantity > 0:
            work.add(_PICK.fill(name, quantity=quantity))
        else:
            work.add(_UNPICK.fill(name, quantity=quantity, least=-quantity))


def of_item(call: Call, item_id: str) -> list[Bin]:
    """The bins of an item in all warehouses that the caller may see, strongly consistent."""
    return find_all(call, Bin, Bin.partition == call.tenant.key(item_id))


def in_warehouse(tenant: Tenant, item_id: str, warehouse_id: str) -> list[Bin]:
    """The bins of an item in a warehouse, strongly consistent."""
    key = (Bin.partition == tenant.key(item_id)) & Bin.place.startswith(tables.bins_prefix(warehouse_id))
    return list(store.query_all(Bin, key))


def check_empty(work: Work, place: Place) -> None:
    """Conflict while something lies at a location, or a shipment takes goods from there. The index is eventually
    consistent."""
    key = tables.bins_at(work.tenant.key(place.warehouse_id), place.location_id, place.location_id)
    for row in store.query_all(Bin, key, index="by_location"):
        if row.on_hand:
            raise Conflict("Stock still lies at this location; transfer it first.")
        if row.picked:
            raise Conflict("An open shipment takes goods from this location; cancel it first.")
