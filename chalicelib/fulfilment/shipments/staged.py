"""The commands that move a shipment's stock. Each processes the stock keys of the shipment's lines one by one: in one
transaction if they fit, else in steps by a job."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from chalicelib.fulfilment.shipments import events, picking, rules, tables
from chalicelib.fulfilment.shipments.picking import Pick
from chalicelib.fulfilment.shipments.states import SHIPMENT
from chalicelib.inventory.stock import levels
from chalicelib.inventory.stock.levels import StockKey
from chalicelib.inventory.stock.moves import Move, move
from chalicelib.jobs.staged import Plan, StagedOperation
from chalicelib.kernel import ids
from chalicelib.kernel.events import Event
from chalicelib.kernel.work import Work
from chalicelib.sales.orders import repository as orders
from chalicelib.sales.orders import shipping
from chalicelib.sales.orders.shipping import OrderRow


@dataclass
class Dispatch:
    """A shipment and the state row of its order, which change together."""

    row: tables.Shipment
    order: OrderRow


def load(work: Work, row: tables.Shipment) -> Dispatch:
    """The shipment with its order. The stock rows are read in the same round trip."""
    refs = [levels.ref(work.tenant, key) for key in rules.by_stock_key(row.warehouse_id, row.content.picks)]
    work.fetch(orders.ref(work.tenant, row.order_id), *refs)
    return Dispatch(row, shipping.load(work, row.order_id))


def save(work: Work, dispatch: Dispatch) -> None:
    """Writes the shipment and its order."""
    if dispatch.row.version is None:
        work.create(dispatch.row)
    else:
        work.save(dispatch.row)
    shipping.save(work, dispatch.order)


OPERATION: StagedOperation[Dispatch] = StagedOperation(
    "shipment.staged",
    load=lambda work, shipment_id: load(
        work, work.load(tables.Shipment, work.tenant.key(ids.month(shipment_id)), shipment_id)
    ),
    save=save,
    row_of=lambda dispatch: dispatch.row,
    scope_ids=lambda _, dispatch: [dispatch.row.warehouse_id],
    begun=events.BEGUN,
    advanced=events.ADVANCED,
)


@OPERATION.command("ship")
def ship(work: Work, dispatch: Dispatch, after: str) -> Plan[StockKey]:
    """Removes the goods from stock and from what the order has committed."""
    row = dispatch.row
    if not after:
        shipping.require_not_held(dispatch.order)
        picks = shipping.taken_in(dispatch.order, row.content.picks)
        row.content = msgspec.structs.replace(row.content, picks=picks)
        shipping.require_over(dispatch.order, row.content.picks)

    def finish() -> Event:
        SHIPMENT.take(row, "ship")
        row.shipped_at = work.now
        row.leave_queue()
        return events.SHIPPED

    by_key = rules.by_stock_key(row.warehouse_id, row.content.picks)
    found = levels.levels(work, by_key)

    def apply(key: StockKey) -> None:
        picks = picking.settled(work, key, found[key], by_key[key], is_late=bool(after))
        if picks != by_key[key]:
            _replace_picks(row, key, picks)
        moves = rules.departure(row.id, picking.places_of(work, picks, row.warehouse_id), picks)
        move_goods(work, row, moves)
        shipping.ship(dispatch.order, picks)

    keys = [key for key in by_key if _name_of(key) > after]
    return Plan(keys, _name_of, apply, finish, lambda key: _most_actions(by_key[key]))


@OPERATION.command("reverse")
def reverse(work: Work, dispatch: Dispatch, after: str) -> Plan[StockKey]:
    """Returns the goods of a shipped shipment to stock: committed to the order again, or free if that is closed.
    Invalid when a location to which they return is archived."""
    row = dispatch.row

    def finish() -> Event:
        SHIPMENT.take(row, "cancel")
        name_items(work, row)
        return events.CANCELLED

    by_key = rules.by_stock_key(row.warehouse_id, row.content.picks)
    places = picking.places_of(work, row.content.picks, row.warehouse_id)
    to = picking.return_place(work, row.warehouse_id, row.returned_to, places)

    def apply(key: StockKey) -> None:
        freed = shipping.unship(dispatch.order, by_key[key])
        move_goods(work, row, rules.reversal(row.id, places, by_key[key], freed=freed, to=to))

    keys = [key for key in by_key if _name_of(key) > after]
    return Plan(keys, _name_of, apply, finish, lambda key: _most_actions(by_key[key]))


def move_goods(work: Work, row: tables.Shipment, moves: Sequence[Move]) -> None:
    """Moves stock for a shipment, which keeps the numbers of its movements."""
    made = [(each.item_id, moved.seq) for each, moved in zip(moves, move(work, moves), strict=True)]
    row.content = msgspec.structs.replace(row.content, moved=[*row.content.moved, *made])


def _most_actions(picks: list[Pick]) -> int:
    """The stock row; of each place a bin row and a movement, and one more for what is beyond the order."""
    return 1 + 2 * len({(pick.location_id, pick.is_over) for pick in picks})


def name_items(work: Work, row: tables.Shipment) -> None:
    """Names the items of a shipment that does not leave, because they may be free now, or missing."""
    work.annotate(subjects=sorted({pick.item_id for pick in row.content.picks}))


def _replace_picks(row: tables.Shipment, key: StockKey, picks: list[Pick]) -> None:
    others = [each for each in row.content.picks if each.item_id != key.item_id]
    row.content = msgspec.structs.replace(row.content, picks=rules.in_pick_order([*others, *picks]))


def _name_of(key: StockKey) -> str:
    return f"{key.item_id}/{key.warehouse_id}"
