"""The retention sweep: deletes the rows that are due by the declarations of their tables, and counts them.

Rows of rules by TTL are deleted by DynamoDB. Once a week the sweep looks for what that left behind, so that nothing is
kept for ever where TTL is off or was added later; whatever it finds is reported and deleted.

A lease lets one sweep run at a time. Each page is one transaction: the deletions, each only if its row is still due,
the counters of the tenants concerned and of the run, and the checkpoint. After a crash the next invocation goes on with
the page after the last one that was written, so no row is counted twice. A dry run does the same without the deletions.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.kernel import clock, entropy, ids, log, objects
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.dynamo.model import Item
from chalicelib.kernel.dynamo.store import Action, Busy, Cancelled, Unknown
from chalicelib.kernel.tenant import Tenant, parts_of
from chalicelib.privacy.retention import checkpoint, finders
from chalicelib.privacy.retention.checkpoint import Checkpoint
from chalicelib.privacy.retention.finders import ScanPosition
from chalicelib.privacy.retention.rules import Rule
from chalicelib.privacy.retention.schemas import Report, RetentionRuleCounts
from chalicelib.privacy.retention.tables import RetentionCount, RetentionRunRow, totals

CHUNK = 45
"""Rows of a transaction. They may belong to as many tenants, each with a counter in it; 100 actions are the limit."""
_TRIES = 6
_JITTER = (0.02, 0.3)
_TTL_CHECKED_EVERY = timedelta(days=7)
_COUNTED = ("selected", "deleted", "released", "failed", "skipped")


class LeaseLostError(Exception):
    """Another sweep has taken over."""


class OutOfTimeError(Exception):
    """The deadline has passed; the next invocation goes on."""


def run(rules: Sequence[Rule], deadline: float, *, dry_run: bool = False) -> Report:
    """Sweeps by the rules until `deadline` (clock.monotonic); goes on with an unfinished run of the same kind.

    The report names every rule, with the counts of the whole run so far.
    """
    held = checkpoint.take(dry_run)
    if held is None:
        log.logger().info("another sweep is at work", dry_run=dry_run)
        return Report(
            outcome="busy", dry_run=dry_run, run_id=None, rules=[RetentionRuleCounts(rule=r.name) for r in rules]
        )
    try:
        current = held.begin(rules, dry_run)
        outcome = _Sweep(rules, held, current, deadline).run()
    except LeaseLostError:
        outcome = "busy"
    except Exception:  # raised again: only the lease must not outlive whatever broke the sweep
        held.release()
        raise
    if outcome == "paused":
        held.release()
    return Report(outcome=outcome, dry_run=dry_run, run_id=current.id, rules=counts(rules, totals(current.id)))


def run_if_due(rules: Sequence[Rule], deadline: float) -> Report:
    """Goes on with a paused run, or begins the run of the day; for the clock, which calls it several times an hour."""
    if checkpoint.is_due():
        return run(rules, deadline)
    return Report(
        outcome="not_due", dry_run=False, run_id=None, rules=[RetentionRuleCounts(rule=r.name) for r in rules]
    )


def counts(rules: Sequence[Rule], partition: str) -> list[RetentionRuleCounts]:
    """The counters of a run, by rule, zero where there is no row."""
    return counts_of([rule.name for rule in rules], partition)


def counts_of(names: Sequence[str], partition: str) -> list[RetentionRuleCounts]:
    """The counters of a run, by the names of rules."""
    refs = [store.Ref(RetentionCount, partition, name) for name in names]
    found = store.get_many(refs) if refs else {}
    shown = []
    for ref in refs:
        item = found[ref]
        row = RetentionCount() if item is None else RetentionCount.read(item)
        shown.append(RetentionRuleCounts(rule=str(ref.range_key), **{name: getattr(row, name) for name in _COUNTED}))
    return shown


class _Sweep:
    """The part of a run that one invocation does."""

    def __init__(self, rules: Sequence[Rule], held: Checkpoint, current: RetentionRunRow, deadline: float) -> None:
        self._rules = rules
        self._held = held
        self._run = current
        self._deadline = deadline
        self._marks = checkpoint.marks()

    def run(self) -> str:
        try:
            for rule in self._due_rules():
                if self._held.rule is None or rule.name >= self._held.rule:
                    self._sweep(rule, self._held.position if rule.name == self._held.rule else None)
        except OutOfTimeError:
            return "paused"
        try:
            self._held.finish(self._run, {} if self._run.dry_run else self._new_marks())
        except Cancelled as cancelled:
            raise LeaseLostError from cancelled
        return "finished"

    def _due_rules(self) -> list[Rule]:
        """The rules of this run: those by TTL only when the last look for what it left is a week old."""
        return [rule for rule in self._rules if not rule.declared.by_ttl or self._is_check_due(rule)]

    def _is_check_due(self, rule: Rule) -> bool:
        mark = self._marks.get(rule.name)
        return mark is None or date.fromisoformat(self._last_day(rule)) - date.fromisoformat(mark) >= _TTL_CHECKED_EVERY

    def _new_marks(self) -> dict[str, str]:
        return {rule.name: self._last_day(rule) for rule in self._due_rules() if rule.has_mark}

    def _last_day(self, rule: Rule) -> str:
        return finders.last_day(rule.cutoff(self._run.started_at))

    def _sweep(self, rule: Rule, position: ScanPosition | None) -> None:
        cutoff = rule.cutoff(self._run.started_at)
        while True:
            if clock.monotonic() >= self._deadline:
                raise OutOfTimeError
            found = finders.page(rule, cutoff, self._marks.get(rule.name), position)
            for start in range(0, max(1, len(found.items)), CHUNK):
                items = found.items[start : start + CHUNK]
                is_last = start + CHUNK >= len(found.items)
                self._page(rule, items, found.next if is_last else finders.after(rule, items[-1]), is_last=is_last)
            if found.next is None:
                return
            position = found.next

    def _page(self, rule: Rule, items: list[Item], following: ScanPosition | None, *, is_last: bool) -> None:
        """Writes one transaction, which is repeated until its outcome is known."""
        page = _Page(rule, self._run, items)
        page.release_objects()
        ends_rule = is_last and following is None
        name = self._after(rule) if ends_rule else rule.name
        for _ in range(_TRIES):
            actions = [*page.actions(), self._held.moved(name, following)]
            try:
                self._send(actions)
            except Cancelled as cancelled:
                if cancelled.reasons[-1] == "ConditionalCheckFailed":
                    raise LeaseLostError from cancelled
                page.settle(cancelled)
                clock.sleep(entropy.uniform(*_JITTER))
            else:
                break
        else:
            page.give_up()
            self._send([*page.actions(), self._held.moved(name, following)])
        self._held.at(name, following)
        page.report()

    def _after(self, rule: Rule) -> str:
        """The name of the next rule, or one that sorts after all: a finished rule is not begun again."""
        return next((other.name for other in self._rules if other.name > rule.name), "~")

    def _send(self, actions: list[Action]) -> None:
        token = ids.new("tok")
        while True:
            try:
                store.transact(actions, token)
            except (Busy, Unknown):
                if clock.monotonic() >= self._deadline:
                    raise OutOfTimeError from None
                clock.sleep(entropy.uniform(*_JITTER))
            else:
                return


class _Page:
    """The due rows of one transaction, and the outcome of each."""

    def __init__(self, rule: Rule, current: RetentionRunRow, items: list[Item]) -> None:
        self._rule = rule
        self._run = current
        self._outcomes = ["selected" if current.dry_run else _effect(rule)] * len(items)
        self._items = items
        self._cutoff = rule.cutoff(current.started_at)

    def release_objects(self) -> None:
        """Deletes the objects that the rows name. They go first: without the rows nothing would name them any more."""
        if self._run.dry_run:
            return
        for index, item in enumerate(self._items):
            try:
                for key in self._rule.objects(item):
                    objects.delete(key)
            except (ClientError, BotoCoreError):
                log.logger().exception("an object could not be deleted", rule=self._rule.name)
                self._outcomes[index] = "failed"

    def actions(self) -> list[Action]:
        """The deletions of the rows that are still due, then the counters."""
        changed = [self._change(item) for index, item in enumerate(self._items) if self._is_requested(index)]
        return [*changed, *self._counters()]

    def settle(self, cancelled: Cancelled) -> None:
        """Leaves rows that are not due any more out of the next try."""
        requested = [index for index in range(len(self._items)) if self._is_requested(index)]
        for index, reason in zip(requested, cancelled.reasons, strict=False):
            if reason == "ConditionalCheckFailed":
                self._outcomes[index] = "skipped"

    def give_up(self) -> None:
        """Leaves rows that are written to all the time to the next run."""
        for index in range(len(self._items)):
            if self._is_requested(index):
                self._outcomes[index] = "failed"

    def report(self) -> None:
        """Tells the operator of rows that DynamoDB should have deleted."""
        if self._rule.declared.by_ttl and self._items and not self._run.dry_run:
            log.count("RetentionOverdue", len(self._items))
            log.logger().error("rows outlived their expiry", rule=self._rule.name, count=len(self._items))

    def _is_requested(self, index: int) -> bool:
        return self._outcomes[index] in ("deleted", "released")

    def _change(self, item: Item) -> Action:
        ref = _ref_of(self._rule, item)
        condition = self._rule.due(self._cutoff)
        released = self._rule.released()
        return store.update(ref, released, condition) if released else store.delete(ref, condition)

    def _counters(self) -> list[Action]:
        """The updates of the counters of each tenant concerned and of the run."""
        if not self._items:
            return []
        by_partition: dict[str, dict[str, int]] = {}
        hash_name = self._rule.model.key_names()[0]
        for item, outcome in zip(self._items, self._outcomes, strict=True):
            tenant = Tenant(parts_of(item[hash_name]["S"])[0])
            for partition in (tenant.key(self._run.id), totals(self._run.id)):
                counted = by_partition.setdefault(partition, dict.fromkeys(_COUNTED, 0))
                counted["selected"] += 1
                if outcome != "selected":
                    counted[outcome] += 1
        return [self._counter(partition, counted) for partition, counted in by_partition.items()]

    def _counter(self, partition: str, counted: dict[str, int]) -> Action:
        attributes: dict[str, Any] = RetentionCount.get_attributes()
        added = [attributes[name].add(number) for name, number in counted.items()]
        return store.update(store.Ref(RetentionCount, partition, self._rule.name), added)


def _effect(rule: Rule) -> str:
    return "released" if rule.declared.releases else "deleted"


def _ref_of(rule: Rule, item: Item) -> store.Ref:
    return store.ref_of(rule.model.read(item))
