"""Use cases of shipments. Shipping consumes the order's own reservation and writes immutable movements."""

from decimal import Decimal

from msgspec import UNSET

from chalicelib.fulfilment.shipments import rules, staged, tables
from chalicelib.fulfilment.shipments.schemas import (
    Consignment,
    NewShipment,
    PackShipment,
    Shipment,
    ShipmentChange,
    ShipmentQuery,
    ShipmentStatus,
)
from chalicelib.fulfilment.shipments.tables import ShipmentContent
from chalicelib.inventory.stock import balances
from chalicelib.kernel import ids, visibility
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.errors import BadRequest, NotFound, TransitionRefused
from chalicelib.kernel.lists import Page, paginate
from chalicelib.kernel.tenant import Tenant
from chalicelib.kernel.use_case import use_case
from chalicelib.kernel.work import Work
from chalicelib.sales.orders import repository as orders
from chalicelib.sales.orders import shipping


@use_case("shipment.created")
def create(work: Work, command: NewShipment) -> Shipment:
    """Makes a pick list of an order's reserved stock; with `ship` it leaves in the same commit (two reads, one
    transaction). Invalid for lines that hold less; a large one that ships at once goes on as a job."""
    shipment_id = work.new_id("shp")
    lines = None if command.lines is None else [(line.line, Decimal(line.quantity)) for line in command.lines]
    leave_up_to = 0 if command.ship is None else staged.MAX_STOCK_KEYS
    picked = shipping.pick(work, command.order_id, lines, shipment_id, leave_up_to=leave_up_to)
    picks = rules.in_pick_order(picked.picks)
    row = tables.Shipment(
        partition=ref(work.tenant, shipment_id).hash_key,
        id=shipment_id,
        order_id=command.order_id,
        status=ShipmentStatus.DRAFT,
        content=ShipmentContent(picks=picks, order_number=picked.order_number, ship_to=picked.ship_to),
        open_key=work.tenant.key("open"),
    )
    if command.ship is not None:
        _consign(row, command.ship)
        if picked.left:
            _leave(work, row)
        else:
            row.staged = staged.start(work, row, "ship")
    work.create(row)
    work.annotate(entity=row.entity, entity_id=row.id, version=row.version, fields=[], subjects=[row.order_id])
    if row.status is ShipmentStatus.SHIPPED:
        work.annotate(event="shipment.shipped")
    return view(row)


def _leave(work: Work, row: tables.Shipment) -> None:
    """Takes the goods out of stock."""
    balances.move(work, rules.departures(row.id, row.content.picks))
    row.status = ShipmentStatus.SHIPPED
    row.shipped_at = work.now
    row.open_key = None


@use_case("shipment.packed")
def pack(work: Work, shipment_id: str, command: PackShipment) -> Shipment:
    """The goods are picked and in their packages."""
    row = _target(work, shipment_id, "pack")
    row.status, row.packages, row.packed_at = ShipmentStatus.PACKED, command.packages, work.now
    return view(work.save(row))


@use_case("shipment.shipped")
def ship(work: Work, shipment_id: str, command: Consignment) -> Shipment:
    """The goods leave: stock, reservation and order follow in one transaction, after two reads."""
    row = _target(work, shipment_id, "ship")
    _consign(row, command)
    if len(rules.stock_keys(row.content.picks)) > staged.MAX_STOCK_KEYS:
        return view(staged.begin(work, row, "ship"))
    _prefetch(work, row)
    _leave(work, row)
    work.save(row)
    shipping.ship(work, row.order_id, row.content.picks)
    return view(row)


@use_case("shipment.cancelled")
def cancel(work: Work, shipment_id: str) -> Shipment:
    """Undoes a shipment. One that has left is reversed: the goods are back in stock, reserved for the order again."""
    row = _target(work, shipment_id, "cancel")
    picks = row.content.picks
    if row.status is ShipmentStatus.SHIPPED:
        if len(rules.stock_keys(picks)) > staged.MAX_STOCK_KEYS:
            return view(staged.begin(work, row, "reverse"))
        _prefetch(work, row)
        balances.move(work, rules.returns(row.id, picks))
        give_back = shipping.unship
    else:
        give_back = shipping.unpick
    row.status, row.open_key = ShipmentStatus.CANCELLED, None
    work.save(row)
    give_back(work, row.order_id, picks)
    return view(row)


@use_case("shipment.updated")
def update(work: Work, shipment_id: str, change: ShipmentChange) -> Shipment:
    """Changes carrier and tracking."""
    row = _target(work, shipment_id, "update")
    for name in ShipmentChange.__struct_fields__:
        value = getattr(change, name)
        if value is not UNSET:
            setattr(row, name, value)
    return view(work.save(row))


def _consign(row: tables.Shipment, command: Consignment) -> None:
    for name in Consignment.__struct_fields__:
        value = getattr(command, name)
        if value is not None:
            setattr(row, name, value)


def _target(work: Work, shipment_id: str, step: str) -> tables.Shipment:
    name = ref(work.tenant, shipment_id)
    row = work.load_for_update(tables.Shipment, name.hash_key, name.range_key)
    allowed = rules.allowed(row.status, staged=row.staged is not None)
    if step not in allowed:
        raise TransitionRefused("shipment", "being worked on by a job" if row.staged else row.status, allowed)
    return row


def _prefetch(work: Work, row: tables.Shipment) -> None:
    """Order and balances in one round trip."""
    refs = [balances.ref(work.tenant, stock_key) for stock_key in rules.stock_keys(row.content.picks)]
    work.fetch(orders.ref(work.tenant, row.order_id), *refs)


def ref(tenant: Tenant, shipment_id: str) -> store.Ref:
    """Names a shipment. NotFound for what cannot be its id."""
    if not ids.is_valid("shp", shipment_id):
        raise NotFound("There is no such shipment.")
    return store.Ref(tables.Shipment, tenant.key(ids.month(shipment_id)), shipment_id)


def read(call: Call, shipment_id: str) -> Shipment:
    """One shipment. NotFound."""
    name = ref(call.tenant, shipment_id)
    row = visibility.find(call, tables.Shipment, name.hash_key, name.range_key)
    if row is None:
        raise NotFound("There is no such shipment.")
    return view(row)


def page(call: Call, query: ShipmentQuery) -> Page[Shipment]:
    """A page of shipments; those of an order come all at once."""
    if query.order_id is not None:
        return Page(_of_order(call, query))
    rows, cursor = paginate(tables.Shipment, tables.VIEWS, call, query)
    return Page([view(row) for row in rows], cursor)


def _of_order(call: Call, query: ShipmentQuery) -> list[Shipment]:
    if query.month or query.open or query.status or query.cursor:
        raise BadRequest("order_id lists all shipments of the order; it takes no other filter.")
    order = orders.read(call, query.order_id or "")
    found = store.get_many(ref(call.tenant, shipment_id) for shipment_id in order.row.shipments or [])
    return [view(tables.Shipment.read(item)) for item in found.values() if item is not None]


def view(row: tables.Shipment) -> Shipment:
    """The row as the API shows it."""
    return Shipment(
        id=row.id,
        order_id=row.order_id,
        order_number=row.content.order_number,
        status=row.status,
        lines=rules.shown(row.content.picks),
        ship_to=row.content.ship_to,
        packages=row.packages,
        carrier=row.carrier,
        tracking_number=row.tracking_number,
        tracking_url=row.tracking_url,
        packed_at=row.packed_at,
        shipped_at=row.shipped_at,
        job_id=row.staged.job_id if row.staged else None,
        allowed_transitions=rules.allowed(row.status, staged=row.staged is not None),
        **row.stamps(),
    )
