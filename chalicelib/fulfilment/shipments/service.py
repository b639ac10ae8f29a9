"""Use cases of shipments. Shipping uses the order's reservations and writes immutable stock movements."""

from collections.abc import Mapping
from decimal import Decimal

import msgspec
from msgspec import UNSET

from chalicelib.fulfilment.shipments import events, order_changes, packing, picking, rules, staged, tables, tracking
from chalicelib.fulfilment.shipments.schemas import (
    CancelShipment,
    Consignment,
    DeliverShipment,
    NewShipment,
    PackShipment,
    Shipment,
    ShipmentChange,
    ShipmentLine,
    ShipmentQuery,
    ShipmentStatus,
)
from chalicelib.fulfilment.shipments.states import SHIPMENT
from chalicelib.fulfilment.shipments.tables import ShipmentContent
from chalicelib.inventory.warehouses import service as warehouses
from chalicelib.kernel.call import Call
from chalicelib.kernel.counts import count
from chalicelib.kernel.errors import BadRequest, Invalid, NotFound
from chalicelib.kernel.lists import paginate
from chalicelib.kernel.mapping import merged, patch, to_struct
from chalicelib.kernel.pages import Page
from chalicelib.kernel.use_case import use_case
from chalicelib.kernel.visibility import find_many, load_visible
from chalicelib.kernel.work import Work
from chalicelib.sales.orders import repository as orders
from chalicelib.sales.orders import shipping
from chalicelib.search.index import service as search


@use_case(events.CREATED)
def create(work: Work, command: NewShipment) -> Shipment:
    """Creates a pick list of an order's committed stock; with `ship` it is shipped in the same commit (two reads, one
    transaction), or by a job when it does not fit into one transaction. Invalid for lines with less committed."""
    shipment_id = work.new_id("shp")
    lines = None if command.lines is None else [(line.line, Decimal(line.quantity)) for line in command.lines]
    _check_named(work, command)
    picked = shipping.pick(
        work,
        command.order_id,
        lines,
        command.warehouse_id,
        shipment_id,
        is_beyond_tolerance=command.beyond_tolerance,
    )
    picks = picking.choose(work, picked.warehouse_id, picked.portions, _asked(command, picked.positions))
    if command.ship is None:
        picks = picking.mark(work, picked.warehouse_id, picks)
    content = ShipmentContent(
        picks=rules.in_pick_order(picks),
        order_number=picked.order.number,
        ship_to=picked.ship_to,
    )
    row = tables.Shipment(
        partition=tables.shipment_ref(work.tenant, shipment_id).hash_key,
        id=shipment_id,
        order_id=command.order_id,
        warehouse_id=picked.warehouse_id,
        status=ShipmentStatus.DRAFT,
        content=content,
    )
    row.queue_up(work.tenant, shipping.priority(picked.order))
    dispatch = staged.Dispatch(row, picked.order)
    if command.ship is None:
        staged.save(work, dispatch)
    else:
        _set_consignment(work, row, command.ship)
        staged.OPERATION.run(work, dispatch, "ship")
    return view(row)


def _check_named(work: Work, command: NewShipment) -> None:
    """Invalid for a warehouse and for locations that do not exist. Reads nothing when none is named."""
    pairs = [(line.location_id, f"/lines/{index}/location_id") for index, line in enumerate(command.lines or ())]
    warehouses.places(work, [(location_id, pointer) for location_id, pointer in pairs if location_id is not None])
    if command.warehouse_id is not None:
        warehouses.known(work, [(command.warehouse_id, "/warehouse_id")])


def _asked(command: NewShipment, positions: Mapping[int, int]) -> dict[int, picking.Asked]:
    """By line of the order, how it was asked for."""
    if command.lines is None:
        return dict.fromkeys(positions, picking.Asked("/order_id"))
    return {
        number: picking.Asked(f"/lines/{position}/{'location_id' if place else 'quantity'}", place)
        for number, position in positions.items()
        for place in [command.lines[position].location_id]
    }


@use_case(events.PACKED)
def pack(work: Work, shipment_id: str, command: PackShipment) -> Shipment:
    """Marks the shipment as packed, in these packages, for the address that the order has now. TransitionRefused when
    it has left or is cancelled; Invalid lists the errors of all packages."""
    row = load_for_update(work, shipment_id)
    SHIPMENT.take(row, "pack")
    packages = row.content.packages if command.packages is UNSET else command.packages
    packing.check(packages, row.content.picks)
    before = row.tracking_keys(work.tenant)
    order_changes.set_address(work, row)
    row.content = msgspec.structs.replace(row.content, packages=packages)
    row.packed_at = work.now
    tracking.follow(work, row, before)
    return view(work.save(row))


@use_case(events.SHIPPED)
def ship(work: Work, shipment_id: str, command: Consignment) -> Shipment:
    """Ships the goods: changes stock, reservations and order in one transaction, after two reads, or in steps by a job
    when they do not fit into one transaction."""
    row = load_for_update(work, shipment_id)
    SHIPMENT.require(row, "ship")
    if row.status is ShipmentStatus.DRAFT:
        order_changes.set_address(work, row)
    _set_consignment(work, row, command)
    staged.OPERATION.run(work, staged.load(work, row), "ship")
    return view(row)


@use_case(events.DELIVERED)
def deliver(work: Work, shipment_id: str, command: DeliverShipment) -> Shipment:
    """Marks a shipped shipment as delivered. TransitionRefused when it has not left; Invalid for a time before that or
    in the future."""
    row = load_for_update(work, shipment_id)
    SHIPMENT.take(row, "deliver")
    row.delivered_at = command.delivered_at or work.now
    problems = rules.delivery_errors(row.delivered_at, row.shipped_at, work.now)
    if problems:
        raise Invalid(errors=problems)
    row.received_by = command.received_by
    return view(work.save(row))


@use_case(events.CANCELLED)
def cancel(work: Work, shipment_id: str, command: CancelShipment) -> Shipment:
    """Cancels a shipment. If it has been shipped, it is reversed: its goods are in stock and committed for the order
    again, or free if the order is closed."""
    row = load_for_update(work, shipment_id)
    SHIPMENT.require(row, "cancel")
    if command.return_to_location_id is not None:
        picking.return_place(work, row.warehouse_id, command.return_to_location_id, {})
    if row.shipped_at is not None:
        row.returned_to = command.return_to_location_id
        staged.OPERATION.run(work, staged.load(work, row), "reverse")
        return view(row)
    order = shipping.load(work, row.order_id)
    shipping.unpick(order, row.content.picks)
    picking.mark(work, row.warehouse_id, row.content.picks, takes=False)
    staged.name_items(work, row)
    SHIPMENT.take(row, "cancel")
    row.leave_queue()
    staged.save(work, staged.Dispatch(row, order))
    return view(row)


@use_case(events.UPDATED)
def update(work: Work, shipment_id: str, change: ShipmentChange) -> Shipment:
    """Changes carrier and tracking. Invalid for packages that do not exist."""
    row = load_for_update(work, shipment_id)
    SHIPMENT.take(row, "update")
    before = row.tracking_keys(work.tenant)
    patch(row, change)
    if change.packages is not UNSET:
        packages = packing.tracked(row.content.packages, change.packages)
        row.content = msgspec.structs.replace(row.content, packages=packages)
    tracking.follow(work, row, before)
    return view(work.save(row))


def _set_consignment(work: Work, row: tables.Shipment, command: Consignment) -> None:
    """Sets carrier and tracking; fields that are not given keep their value."""
    before = row.tracking_keys(work.tenant)
    for name in Consignment.__struct_fields__:
        value = getattr(command, name)
        if value is not None:
            setattr(row, name, value)
    tracking.follow(work, row, before)


def load_for_update(work: Work, shipment_id: str) -> tables.Shipment:
    """The row that the request changes. NotFound, PreconditionFailed."""
    name = tables.shipment_ref(work.tenant, shipment_id)
    return work.load_for_update(tables.Shipment, name.hash_key, name.range_key)


def read(call: Call, shipment_id: str) -> Shipment:
    """One shipment. NotFound."""
    name = tables.shipment_ref(call.tenant, shipment_id)
    return view(load_visible(call, tables.Shipment, name.hash_key, name.range_key))


def page(call: Call, query: ShipmentQuery) -> Page[Shipment]:
    """A page of shipments; those of an order, or with a tracking number, are returned on one page."""
    query = search.narrowed(call, "shipment", query)
    if query.order_id is not None or query.tracking_number is not None:
        return Page(_few(call, query))
    rows, cursor = paginate(tables.Shipment, tables.VIEWS, call, query)
    return Page([view(row) for row in rows], cursor)


def count_open(call: Call) -> int:
    """How many shipments are drafts or packed."""
    return count(call, tables.Shipment, tables.ByOpen.open_key == call.tenant.key("open"), index="by_open")


def _few(call: Call, query: ShipmentQuery) -> list[Shipment]:
    """The shipments of an order, or with a tracking number; an empty list when there is no such order, as with any
    filter."""
    if query.month or query.cursor or query.ids or query.sort:
        raise BadRequest(
            "order_id and tracking_number list all shipments at once; status, open and warehouse_id narrow them."
        )
    rows = (
        _of_order(call, query.order_id or "")
        if query.tracking_number is None
        else tracking.find(call, query.tracking_number)
    )
    return [
        view(row)
        for row in rows
        if query.order_id in (None, row.order_id)
        and query.open in (None, row.open_key is not None)
        and query.status in (None, row.status)
        and query.warehouse_id in (None, row.warehouse_id)
    ]


def _of_order(call: Call, order_id: str) -> list[tables.Shipment]:
    try:
        order = orders.read(call, order_id)
    except NotFound:
        return []
    refs = [tables.shipment_ref(call.tenant, shipment_id) for shipment_id in order.row.shipment_ids or []]
    return find_many(call, tables.Shipment, refs)


def view(row: tables.Shipment) -> Shipment:
    """The API's representation of the row."""
    content = row.content
    return to_struct(
        row,
        Shipment,
        order_number=content.order_number,
        lines=[merged(ShipmentLine, entry) for entry in content.picks],
        ship_to=content.ship_to,
        packages=content.packages,
        ship_to_differs=bool(row.ship_to_differs),
        job_id=row.job_id,
        allowed_transitions=SHIPMENT.allowed(row),
    )
