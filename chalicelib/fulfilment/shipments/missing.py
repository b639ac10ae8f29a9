"""What a picker does not find: it is taken out of the shipment, and lies among the missing goods of the warehouse until
it is counted, so that nobody is promised it again."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

import msgspec

from chalicelib.catalog.items import units
from chalicelib.fulfilment.shipments import events, picking, service, staged, tables
from chalicelib.fulfilment.shipments.picking import Pick
from chalicelib.fulfilment.shipments.schemas import MissingLine, ReportMissing, Shipment
from chalicelib.fulfilment.shipments.states import SHIPMENT
from chalicelib.inventory.stock.moves import Move
from chalicelib.inventory.stock.schemas import StockMovementKind
from chalicelib.inventory.warehouses import service as warehouses
from chalicelib.kernel.errors import FieldError, Invalid
from chalicelib.kernel.use_case import use_case
from chalicelib.kernel.work import Work
from chalicelib.sales.orders import shipping

_ZERO = Decimal(0)
_REASON = "missing"


@use_case(events.FELL_SHORT)
def report(work: Work, shipment_id: str, command: ReportMissing) -> Shipment:
    """Takes what was not found out of a pick list. The order keeps it committed while there is enough elsewhere in the
    warehouse; otherwise those whose turn comes last wait again. A pick list of which nothing is left is cancelled.
    Invalid for lines that have less at the location."""
    row = service.load_for_update(work, shipment_id)
    SHIPMENT.require(row, "report_missing")
    named = [(line.location_id, f"/lines/{index}/location_id") for index, line in enumerate(command.lines)]
    warehouses.places(work, [(location_id, pointer) for location_id, pointer in named if location_id is not None])
    missing, picks = _taken_out(command.lines, row.content.picks)
    order = shipping.load(work, row.order_id)
    shipping.unpick(order, missing)
    row.content = msgspec.structs.replace(row.content, picks=shipping.taken_in(order, picks))
    if not picks:
        SHIPMENT.take(row, "cancel")
        row.leave_queue()
        work.annotate(event=events.CANCELLED, reason=_REASON)
    work.mention(tables.Shipment.entity, row.id)
    _put_away(work, row, missing)
    staged.save(work, staged.Dispatch(row, order))
    work.annotate(subjects=sorted({each.item_id for each in missing}))
    return service.view(row)


def _taken_out(lines: Sequence[MissingLine], picks: Sequence[Pick]) -> tuple[list[Pick], list[Pick]]:
    """What is missing of the picks, and what is left of them: what is beyond the order goes first."""
    left, missing, problems = list(picks), list[Pick](), list[FieldError]()
    for index, line in enumerate(lines):
        quantity, at = Decimal(line.quantity), f"/lines/{index}"
        for place, pick in sorted(enumerate(left), key=lambda each: not each[1].is_over):
            less = min(quantity, pick.quantity)
            if pick.line != line.line or line.location_id not in (None, pick.location_id) or not less:
                continue
            problems += units.errors(less, pick.unit, f"{at}/quantity")
            missing.append(msgspec.structs.replace(pick, quantity=less))
            left[place] = msgspec.structs.replace(pick, quantity=pick.quantity - less)
            quantity -= less
        if quantity:
            says = "The shipment has less of this line there."
            problems.append(FieldError(f"{at}/quantity", "not_picked", says))
    if problems:
        raise Invalid(errors=problems)
    return missing, [pick for pick in left if pick.quantity]


def _put_away(work: Work, row: tables.Shipment, missing: Sequence[Pick]) -> None:
    """Moves goods to where the missing ones of the warehouse are kept, whatever is committed by now."""
    places = picking.places_of(work, missing, row.warehouse_id)
    kept = warehouses.place_of_missing(work, row.warehouse_id)
    out: dict[tuple[str, str, bool], Decimal] = defaultdict(Decimal)
    into: dict[str, Decimal] = defaultdict(Decimal)
    for pick in missing:
        out[pick.item_id, pick.location_id, pick.is_marked] -= pick.quantity
        into[pick.item_id] += pick.quantity
    ends = [(item_id, places[where], quantity, is_marked) for (item_id, where, is_marked), quantity in out.items()]
    ends += [(item_id, kept, quantity, False) for item_id, quantity in into.items()]
    skus = {pick.item_id: pick.sku for pick in missing}
    moves = [
        Move(
            item_id,
            place,
            quantity,
            StockMovementKind.TRANSFER_OUT if quantity < 0 else StockMovementKind.TRANSFER_IN,
            row.id,
            reason=_REASON,
            is_fact=True,
            is_picked=is_marked,
            sku=skus[item_id],
        )
        for item_id, place, quantity, is_marked in ends
    ]
    staged.move_goods(work, row, moves)
