"""The lease on the sweep and the checkpoint of its run. They are one row, so that a page changes both or neither."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import msgspec

from chalicelib.kernel import clock, ids
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.tenant import PLATFORM
from chalicelib.privacy.retention.finders import ScanPosition
from chalicelib.privacy.retention.rules import Rule
from chalicelib.privacy.retention.schemas import RetentionRunState
from chalicelib.privacy.retention.tables import RetentionLease, RetentionRunRow

LEASE = timedelta(minutes=5)
_SWEEP = "retention"
_DRY_RUN = "retention_dry_run"


class Checkpoint:
    """A lease that is held. rule / position: how far the run is; `moved` changes them in the store."""

    def __init__(self, row: RetentionLease, owner: str) -> None:
        self._row = row
        self.owner = owner
        self.run_id: str | None = row.run_id
        self.rule: str | None = row.rule
        self.position: ScanPosition | None = (
            msgspec.json.decode(row.position, type=ScanPosition) if row.position else None
        )
        self.marks: dict[str, str] = row.marks or {}

    @property
    def ref(self) -> store.Ref:
        return _ref(self._row.name)

    def moved(self, rule: str, position: ScanPosition | None) -> store.Action:
        """The action that moves the checkpoint and renews the lease; it fails when the lease is lost."""
        changes = [RetentionLease.rule.set(rule), RetentionLease.until.set(clock.now() + LEASE)]
        text = msgspec.json.encode(position).decode() if position is not None else None
        changes.append(RetentionLease.position.remove() if text is None else RetentionLease.position.set(text))
        return self._action(changes)

    def at(self, rule: str, position: ScanPosition | None) -> None:
        """Takes over what `moved` has written."""
        self.rule, self.position = rule, position

    def begin(self, rules: Sequence[Rule], dry_run: bool) -> RetentionRunRow:
        """Starts a run, or loads the one to go on with."""
        if self.run_id is not None:
            found = store.get(RetentionRunRow, PLATFORM.key(ids.month(self.run_id)), self.run_id)
            if found is not None:
                return found
        run_id = ids.new("ret")
        run = RetentionRunRow(
            partition=PLATFORM.key(ids.month(run_id)),
            id=run_id,
            dry_run=dry_run,
            state=RetentionRunState.RUNNING,
            started_at=clock.now(),
            rules=[rule.name for rule in rules],
        )
        started = self._action(
            [RetentionLease.run_id.set(run_id), RetentionLease.rule.remove(), RetentionLease.position.remove()]
        )
        store.transact([store.put(run), started], ids.new("tok"))
        self.run_id, self.rule, self.position = run_id, None, None
        return run

    def finish(self, run: RetentionRunRow, marks: dict[str, str]) -> None:
        """Ends the run and gives the lease back."""
        ended = [RetentionRunRow.state.set(RetentionRunState.FINISHED), RetentionRunRow.finished_at.set(clock.now())]
        held = (
            RetentionLease.run_id,
            RetentionLease.rule,
            RetentionLease.position,
            RetentionLease.owner,
            RetentionLease.until,
        )
        cleared: list[Any] = [attribute.remove() for attribute in held]
        cleared.append(RetentionLease.swept_at.set(run.started_at))
        if marks:
            cleared.append(RetentionLease.marks.set({**self.marks, **marks}))
        store.transact([store.update(store.ref_of(run), ended), self._action(cleared)], ids.new("tok"))

    def release(self) -> None:
        """Gives the lease back with the run unfinished: the next invocation goes on."""
        held = RetentionLease.owner == self.owner
        store.write(store.update(self.ref, [RetentionLease.owner.remove(), RetentionLease.until.remove()], held))

    def _action(self, changes: list[Any]) -> store.Action:
        return store.update(self.ref, changes, RetentionLease.owner == self.owner)


def take(dry_run: bool) -> Checkpoint | None:
    """Leases the sweep, or the dry run; None when another invocation holds the lease."""
    owner, now = ids.new("lea"), clock.now()
    ref = _ref(_DRY_RUN if dry_run else _SWEEP)
    free = RetentionLease.owner.does_not_exist() | (RetentionLease.until < now)
    changes = [RetentionLease.owner.set(owner), RetentionLease.until.set(now + LEASE)]
    store.write(store.update(ref, changes, free))
    row = store.get(RetentionLease, ref.hash_key, ref.range_key)
    return None if row is None or row.owner != owner else Checkpoint(row, owner)


def is_due() -> bool:
    """Whether the clock's sweep has something to do: a run that was paused, or the first one of a day (UTC)."""
    row = store.get(RetentionLease, PLATFORM.key("leases"), _SWEEP)
    if row is None or row.run_id is not None or row.swept_at is None:
        return True
    return row.swept_at.date() < clock.now().date()


def marks() -> dict[str, str]:
    """The day up to which earlier sweeps came, by rule; a dry run looks at the same days."""
    row = store.get(RetentionLease, PLATFORM.key("leases"), _SWEEP)
    return (row.marks if row else None) or {}


def _ref(name: str) -> store.Ref:
    return store.Ref(RetentionLease, PLATFORM.key("leases"), name)
