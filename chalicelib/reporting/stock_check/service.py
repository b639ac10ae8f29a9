"""The self-check: proves that every balance is what its movements say and that what is reserved is what orders hold.

Orders and stock move while it looks. A difference counts only if the same versions show it twice, five seconds apart;
a repair is conditional on that version.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from chalicelib.catalog.items import service as items
from chalicelib.inventory.stock import proof
from chalicelib.inventory.stock import service as stock
from chalicelib.inventory.stock.balances import Place
from chalicelib.inventory.stock.errors import BalanceMoved
from chalicelib.inventory.stock.tables import Balance
from chalicelib.jobs import registry
from chalicelib.jobs import service as jobs
from chalicelib.jobs.schemas import Job, Report, Scalar, Step
from chalicelib.kernel.call import Call
from chalicelib.kernel.decimals import plain
from chalicelib.kernel.errors import FieldError, Invalid
from chalicelib.kernel.use_case import commit, use_case
from chalicelib.kernel.work import Work
from chalicelib.reporting.stock_check.schemas import CheckStarted, Drift, NewCheck
from chalicelib.sales.orders.holdings import open_holdings

KIND = "stock.check"
SECONDS_BETWEEN_LOOKS = 5.0
_NOTHING = Decimal(0)
Row = dict[str, Scalar]


@use_case("stock.check_started")
def begin(work: Work, wanted: NewCheck) -> CheckStarted:
    """Starts the check as a job. Invalid for an item that does not exist."""
    if wanted.item_id is not None and work.read(items.ref(work, wanted.item_id)) == [None]:
        raise Invalid(errors=[FieldError("/item_id", "unknown_item", "There is no such item.")])
    args: dict[str, Scalar] = {"item_id": wanted.item_id, "repair": wanted.repair}
    return CheckStarted(job_id=jobs.start(work, KIND, wanted.item_id or "all", total=2, args=args))


@registry.handler(KIND)
def step(call: Call, job: Job) -> Step:
    """The first look finds candidates; the second, five seconds later, keeps those that still stand."""
    item_id = job.args.get("item_id")
    found = look(call, item_id if isinstance(item_id, str) else None)
    if job.progress == 0:
        if not found.drifts:
            return Step(done=True, progress=2, total=2, report=_report(found, []))
        report = _report(found, [drift.shown() for drift in found.drifts])
        return Step(done=False, progress=1, total=2, report=report, wait_seconds=SECONDS_BETWEEN_LOOKS)
    before = job.report.get("drifts")
    seen = {str(row["sign"]) for row in before} if isinstance(before, list) else set()
    standing = [drift for drift in found.drifts if drift.sign in seen]
    rows = [_settled(call, drift, repair=job.args.get("repair") is True) for drift in standing]
    return Step(done=True, progress=2, total=2, report=_report(found, rows))


@dataclass(frozen=True, slots=True)
class Difference:
    """One drift. `sign` is the same when the same versions show the same difference. `mended`: what the balance should
    say (on hand, reserved, seq), if that can be known."""

    place: Place
    kind: Drift
    expected: str
    found: str
    sign: str
    row: Balance | None = None
    mended: tuple[Decimal, Decimal, int] | None = None

    def shown(self) -> Row:
        return {
            "item_id": self.place.item_id,
            "location_id": self.place.location_id,
            "kind": self.kind.value,
            "expected": self.expected,
            "found": self.found,
            "sign": self.sign,
        }


@dataclass(slots=True)
class Look:
    """What one look at everything came to."""

    balances: int = 0
    movements: int = 0
    orders: int = 0
    drifts: list[Difference] = field(default_factory=list)


def look(call: Call, item_id: str | None) -> Look:
    """Compares every balance (of an item) with its movements and with what open orders hold."""
    result = Look()
    held: dict[Place, Decimal] = defaultdict(Decimal)
    holders: dict[Place, list[str]] = defaultdict(list)
    for holding in open_holdings(call.tenant):
        result.orders += 1
        for place, quantity in holding.held.items():
            if item_id in (None, place.item_id):
                held[place] += quantity
                holders[place].append(f"{holding.order_id}@{holding.version}")
    for row in _balances(call, item_id):
        place = Place(row.item_id, row.location_id)
        total = proof.add_up(call.tenant, place)
        result.balances += 1
        result.movements += total.seq
        sign = " ".join([f"{place.item_id}/{place.location_id}@{row.version}", *sorted(holders[place])])
        result.drifts += _compare(place, row, total, held.pop(place, _NOTHING), sign)
    for place, quantity in held.items():
        sign = " ".join([f"{place.item_id}/{place.location_id}", *sorted(holders[place])])
        result.drifts.append(Difference(place, Drift.NO_BALANCE, plain(quantity), "0", sign))
    return result


def _balances(call: Call, item_id: str | None) -> Iterator[Balance]:
    if item_id is not None:
        yield from stock.all_of_item(call, item_id)
        return
    yield from stock.all_balances(call)


def _compare(place: Place, row: Balance, total: proof.Sum, held: Decimal, sign: str) -> Iterator[Difference]:
    mended = (total.quantity, held, total.seq) if total.broken_at is None and held <= total.quantity else None
    checks = (
        (Drift.BROKEN_LEDGER, total.broken_at is None, "dense, adding up", f"movement {total.broken_at}"),
        (
            Drift.LEDGER,
            (row.on_hand, row.seq) == (total.quantity, total.seq),
            plain(total.quantity),
            plain(row.on_hand),
        ),
        (Drift.RESERVED, row.reserved == held, plain(held), plain(row.reserved)),
        (
            Drift.BALANCE,
            row.available == row.on_hand - row.reserved,
            plain(row.on_hand - row.reserved),
            plain(row.available),
        ),
    )
    for kind, is_right, expected, found in checks:
        if not is_right:
            yield Difference(place, kind, expected, found, f"{kind} {found} {expected} {sign}", row, mended)


def _settled(call: Call, drift: Difference, *, repair: bool) -> Row:
    """The drift as reported, mended if that is wanted and can be."""
    return {**drift.shown(), "repaired": repair and _repair(call, drift)}


def _repair(call: Call, drift: Difference) -> bool:
    if drift.row is None or drift.mended is None:
        return False
    try:
        commit(call, proof.repair, drift.row, *drift.mended)
    except BalanceMoved:
        # Another difference of the same balance mended all of it, or it moved: the next check tells.
        return False
    return True


def _report(found: Look, drifts: list[Row]) -> Report:
    return {
        "balances": found.balances,
        "movements": found.movements,
        "orders": found.orders,
        "drift_count": len(drifts),
        "drifts": drifts,
    }
