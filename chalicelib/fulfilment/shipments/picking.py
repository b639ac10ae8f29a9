"""Chooses the places from which a shipment takes its goods: by hand, or places for picking first, then the default
location, then the others in the order of their ids."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import msgspec

from chalicelib.inventory.stock import bins, levels
from chalicelib.inventory.stock.levels import Level, StockKey
from chalicelib.inventory.warehouses import service as warehouses
from chalicelib.inventory.warehouses.places import Place
from chalicelib.inventory.warehouses.schemas import Zone
from chalicelib.kernel.decimals import plain
from chalicelib.kernel.errors import FieldError, Invalid
from chalicelib.kernel.mapping import merged
from chalicelib.kernel.work import Work
from chalicelib.sales.orders.shipping import Portion

_ZERO = Decimal(0)
_RETURN_TO = "/return_to_location_id"


class Pick(Portion, frozen=True, kw_only=True, array_like=True):
    """A quantity of one order line at one location. is_marked: the bin knows that it is taken from there."""

    location_id: str
    is_marked: bool = False


@dataclass
class Spot:
    """A place, and what can still be taken from there."""

    place: Place
    free: Decimal


@dataclass(frozen=True, slots=True)
class Asked:
    """How a line was asked for: where in the request, and from which location, if any."""

    pointer: str
    location_id: str | None = None


def choose(work: Work, warehouse_id: str, portions: Sequence[Portion], asked: Mapping[int, Asked]) -> list[Pick]:
    """The picks of a new shipment. Invalid for what cannot be picked."""
    found = levels.levels(work, [StockKey(portion.item_id, warehouse_id) for portion in portions])
    named = {each.location_id for each in asked.values() if each.location_id is not None}
    spots = {key: _spots(work, key, level, named) for key, level in found.items()}
    free = {key: max(_ZERO, level.available - level.waiting) for key, level in found.items()}
    problems: list[FieldError] = []
    picks: list[Pick] = []
    for portion in portions:
        how, key = asked[portion.line], StockKey(portion.item_id, warehouse_id)
        if portion.is_over:
            free[key] -= portion.quantity
            if free[key] < 0:
                says = f"{plain(-free[key])} more of {portion.sku} than is available beyond what others wait for."
                problems.append(FieldError(how.pointer, "not_available", says))
                continue
        taken = _take(portion, spots[key], how.location_id)
        missing = portion.quantity - sum((each.quantity for each in taken), _ZERO)
        if missing:
            where = f"at {how.location_id}" if how.location_id else "where goods are picked"
            says = f"{plain(missing)} of {portion.sku} do not lie {where}, or are picked or held there."
            problems.append(FieldError(how.pointer, "not_pickable", says))
        picks += taken
    if problems:
        raise Invalid(errors=problems)
    return picks


def mark(work: Work, warehouse_id: str, picks: Sequence[Pick], *, takes: bool = True) -> list[Pick]:
    """Marks in the bins what an open shipment takes from there, or takes the marks back. Returns the picks."""
    places = places_of(work, picks, warehouse_id)
    summed: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for each in picks:
        if takes or each.is_marked:
            summed[each.item_id, each.location_id] += each.quantity
    for (item_id, location_id), quantity in sorted(summed.items()):
        bins.pick(work, item_id, places[location_id], quantity if takes else -quantity)
    return [msgspec.structs.replace(each, is_marked=takes and not places[each.location_id].is_loose) for each in picks]


def settled(work: Work, key: StockKey, level: Level, picks: Sequence[Pick], *, is_late: bool) -> list[Pick]:
    """The picks of a stock key as they leave: what its place no longer has, and is not marked there, comes from other
    places. is_late: the places were chosen in an earlier commit."""
    default = warehouses.default_place(key.warehouse_id).location_id
    loose = sum((each.quantity for each in picks if each.location_id == default), _ZERO)
    unmarked = [each for each in picks if not each.is_marked]
    is_in_bins = any(each.location_id != default for each in unmarked)
    if loose <= level.loose and not (is_late and is_in_bins):
        return list(picks)
    spots = _spots(work, key, level, {each.location_id for each in unmarked})
    settled_picks = [each for each in picks if each.is_marked]
    for each in _together(unmarked):
        taken = _take(each, spots, None)
        rest = each.quantity - sum((part.quantity for part in taken), _ZERO)
        settled_picks += [*taken, *([msgspec.structs.replace(each, quantity=rest)] if rest else [])]
    return settled_picks


def _together(picks: Sequence[Pick]) -> list[Pick]:
    """What is picked of each line, wherever; at the place of the first pick of it."""
    found: dict[tuple[int, bool], Pick] = {}
    for each in picks:
        before = found.get((each.line, each.is_over))
        quantity = each.quantity + (before.quantity if before else _ZERO)
        found[each.line, each.is_over] = msgspec.structs.replace(before or each, quantity=quantity)
    return list(found.values())


def places_of(work: Work, picks: Sequence[Pick], warehouse_id: str) -> dict[str, Place]:
    """The places of picks by id; reads those that are not the default one."""
    default = warehouses.default_place(warehouse_id)
    others = sorted({each.location_id for each in picks} - {default.location_id})
    return {default.location_id: default, **warehouses.existing_places(work, others)}


def _spots(work: Work, key: StockKey, level: Level, named: set[str]) -> list[Spot]:
    """Where goods can be taken from, in the order in which they are. The bins are read only if something lies there.
    Locations that are named are included whatever they are for, except for what is held. What is shipped before it is
    received leaves the default location."""
    default = Spot(warehouses.default_place(key.warehouse_id), max(_ZERO, level.loose))
    early = [Spot(default.place, Decimal("Infinity"))] if level.ships_before_receipt else []
    if level.loose == level.on_hand:
        return early or [default]
    rows = [row for row in bins.in_warehouse(work.tenant, *key) if row.free > 0]
    places = warehouses.existing_places(work, [row.location_id for row in rows])
    others = [
        Spot(place, row.free)
        for row in rows
        if not (place := places[row.location_id]).zone.is_held and (place.zone.is_pickable or row.location_id in named)
    ]
    first = [spot for spot in others if spot.place.zone is Zone.PICKING]
    return [*first, default, *(spot for spot in others if spot.place.zone is not Zone.PICKING), *early]


def _take(portion: Portion, spots: Sequence[Spot], location_id: str | None) -> list[Pick]:
    """The picks of a portion, as far as there is enough."""
    taken: dict[str, Decimal] = defaultdict(Decimal)
    left = portion.quantity
    for spot in spots:
        quantity = min(left, spot.free)
        is_meant = location_id in (None, spot.place.location_id)
        if quantity > 0 and is_meant:
            spot.free -= quantity
            left -= quantity
            taken[spot.place.location_id] += quantity
    return [merged(Pick, portion, quantity=quantity, location_id=place) for place, quantity in taken.items()]


def return_place(work: Work, warehouse_id: str, location_id: str | None, places: Mapping[str, Place]) -> Place | None:
    """The place to which all goods of a shipment return; None for the places that they came from. Invalid for one that
    does not fit, and when goods came from a place that is archived by now."""
    if location_id is None:
        gone = sorted(place.location_id for place in places.values() if not place.is_active)
        if not gone:
            return None
        says = f"Goods came from {', '.join(gone)}, which is archived; say to which location they return."
        raise Invalid(errors=[FieldError(_RETURN_TO, "archived_location", says)])
    place = warehouses.places(work, [(location_id, _RETURN_TO)])[location_id]
    if not place.is_active or place.zone.is_held or place.warehouse_id != warehouse_id:
        says = f"Name an active location of {warehouse_id} whose goods may be sold."
        raise Invalid(errors=[FieldError(_RETURN_TO, "unfit_location", says)])
    return place
