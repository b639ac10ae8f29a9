"""The self-check: compares every stock row with the sum of its movements, with what lies in bins and with what orders
hold, and the list of those who wait for stock with the orders.

Orders and stock change meanwhile, so a difference counts only if the same versions show it twice, five seconds apart,
and a repair is conditional on these versions. The check is done in pieces of a few seconds, however much there is.
"""

from dataclasses import dataclass, field

import msgspec

from chalicelib.catalog.items import service as items
from chalicelib.jobs import registry
from chalicelib.jobs import service as jobs
from chalicelib.jobs.schemas import Job, Report, Scalar, Step
from chalicelib.kernel import clock, quotas
from chalicelib.kernel.call import Call
from chalicelib.kernel.errors import FieldError, Invalid
from chalicelib.kernel.quotas import Allowance
from chalicelib.kernel.use_case import use_case
from chalicelib.kernel.work import Work
from chalicelib.reporting.stock_check import compare, events
from chalicelib.reporting.stock_check.checkpoint import Checkpoint, Stage, Suspect
from chalicelib.reporting.stock_check.compare import Difference, Row
from chalicelib.reporting.stock_check.scan import Scan
from chalicelib.reporting.stock_check.schemas import NewStockCheck, StockCheckStarted

KIND = "stock.check"
SECONDS_BETWEEN_LOOKS = 5.0
PIECE_SECONDS = 8.0
"""A piece ends after this time and one step more; a job's lease lasts ten times as long."""
CHECKS = Allowance("stock_checks", "day", 100, "Checks of stock against its ledger.")
"""A check reads all stock and open orders of the tenant, or of an item."""
MOST_DRIFTS = 200
"""A check that has found so many ends, and says that it is incomplete."""


@use_case(events.CHECK_STARTED)
def begin(work: Work, command: NewStockCheck) -> StockCheckStarted:
    """Starts the check as a job. Invalid for an item that does not exist, QuotaReached after enough checks today."""
    if command.item_id is not None and work.read(items.ref(work, command.item_id)) == [None]:
        raise Invalid(errors=[FieldError("/item_id", "unknown_item", "There is no such item.")])
    quotas.take(work, CHECKS)
    args: dict[str, Scalar] = {"item_id": command.item_id, "repair": command.repair}
    return StockCheckStarted(job_id=jobs.start(work, KIND, command.item_id or "all", args=args))


@registry.handler(KIND)
def step(call: Call, job: Job) -> Step:
    """Does one piece of the check; the report carries the checkpoint to the next one."""
    item_id, text = job.args.get("item_id"), job.report.get("checkpoint")
    point = msgspec.json.decode(text, type=Checkpoint) if isinstance(text, str) else Checkpoint()
    drifts = job.report.get("drifts")
    check = Check(call, point, item_id if isinstance(item_id, str) else None, repair=job.args.get("repair") is True)
    check.rows = list(drifts) if isinstance(drifts, list) else []
    deadline = clock.monotonic() + PIECE_SECONDS
    wait = 0.0
    while not wait and point.stage is not Stage.DONE:
        before = point.stage
        check.advance(deadline)
        if before is Stage.FIRST_LOOK and point.stage is Stage.SECOND_HOLDERS:
            wait = SECONDS_BETWEEN_LOOKS
        if clock.monotonic() >= deadline:
            break
    return Step(point.stage is Stage.DONE, point.rows + point.orders, report=check.report(), wait_seconds=wait)


@dataclass
class Check:
    """A check at work. found: every difference that a look saw. rows: those that count, as they are reported."""

    call: Call
    point: Checkpoint
    item_id: str | None
    repair: bool = False
    found: list[Difference] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)

    def advance(self, deadline: float) -> None:
        """Goes on with the stage at hand until its end or the deadline (clock.monotonic), by one step at least."""
        scan = Scan(self.call.tenant, self.point, self.item_id, deadline)
        if self.point.stage is Stage.ORDERS:
            is_through = scan.orders()
        elif self.point.stage is Stage.ITEMS:
            is_through = scan.items()
        elif self.point.stage in (Stage.FIRST_HOLDERS, Stage.SECOND_HOLDERS):
            is_through = scan.holders()
        else:
            is_through = self._look(scan)
        if is_through:
            self.point.next_stage()
        if self.point.stage is Stage.ORDERS and len(self.rows) >= MOST_DRIFTS:
            self.point.stage, self.point.is_incomplete = Stage.DONE, True

    def report(self) -> Report:
        """The report of the job; it has the checkpoint until the check is done."""
        shown: Report = {
            "rows": self.point.rows,
            "movements": self.point.movements,
            "orders": self.point.orders,
            "drift_count": len(self.rows),
            "drifts": self.rows,
        }
        if self.point.is_incomplete:
            shown["incomplete"] = True
        if self.point.stage is not Stage.DONE:
            shown["checkpoint"] = msgspec.json.encode(self.point).decode()
        return shown

    def _look(self, scan: Scan) -> bool:
        """Judges the suspects one by one; True after the last."""
        for name in sorted(name for name in self.point.suspects if name > self.point.after):
            suspect = self.point.suspects[name]
            seen = self._seen(scan, name, suspect)
            if seen is None:
                return False
            self.found += seen
            if self.point.stage is Stage.FIRST_LOOK:
                suspect.signs = [difference.sign for difference in seen]
            else:
                self._settle([difference for difference in seen if difference.sign in suspect.signs])
            self.point.after = name
            if scan.is_over:
                return False
        return True

    def _seen(self, scan: Scan, name: str, suspect: Suspect) -> list[Difference] | None:
        """What is wrong with a suspect; None when the time is over before that is known."""
        if suspect.stock_key is None:
            return compare.of_order(self.call, name)
        total = scan.ledger(suspect.stock_key)
        return None if total is None else compare.of_stock(self.call, suspect.stock_key, suspect, total)

    def _settle(self, seen_twice: list[Difference]) -> None:
        """Reports what both looks saw of a suspect, and repairs it if that is wanted and can be done."""
        if seen_twice:
            repaired = self.repair and compare.repair(self.call, seen_twice)
            self.rows += [difference.shown(repaired=repaired) for difference in seen_twice]
