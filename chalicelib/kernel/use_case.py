"""Use cases and their commit.

A use case is `decide(work, …)`: it reads through the work and says what it wants written. `commit` writes all of it in
one transaction with the stored answer and one journal entry, and decides again when the world moved.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Concatenate, Generic, ParamSpec, TypeVar

from chalicelib.kernel import clock, entropy, idempotency, ids, journal
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.dynamo.store import Action, Busy, Cancelled, Ref, Unknown
from chalicelib.kernel.errors import Contention, DomainError, OutcomeUnknown
from chalicelib.kernel.events import Event
from chalicelib.kernel.idempotency import Answer
from chalicelib.kernel.work import Work

P = ParamSpec("P")
T = TypeVar("T")
_JITTER = (0.02, 0.4)
_RETRY_AFTER_SECONDS = 1
_AT_ONCE = 3
"""How often a failed condition is followed by the next decision without a pause."""


class UseCase(Generic[P, T]):
    """A decision and the event that its journal entry is named for. Called, it decides within another use case."""

    def __init__(self, event: Event, decide: Callable[Concatenate[Work, P], T]) -> None:
        self.event = event
        self.decide = decide
        functools.update_wrapper(self, decide)

    def __call__(self, work: Work, *args: P.args, **kwargs: P.kwargs) -> T:
        return self.decide(work, *args, **kwargs)


def use_case(event: Event) -> Callable[[Callable[Concatenate[Work, P], T]], UseCase[P, T]]:
    """Marks a decision and names its journal event."""

    def mark(decide: Callable[Concatenate[Work, P], T]) -> UseCase[P, T]:
        return UseCase(event, decide)

    return mark


def commit(call: Call, decide: UseCase[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Runs the use case to its end and returns its result; no answer is stored, whatever key the call has.

    Raises the decision's own refusals, Contention when the place stays busy past the call's patience, OutcomeUnknown
    when the store never answered. Nothing is written unless it returns, save for OutcomeUnknown.
    """
    silent = call if call.idempotency_key is None else replace(call, idempotency_key=None)
    done = _Commit(silent, lambda work: decide(work, *args, **kwargs), decide.event, None).run()
    if isinstance(done, Answer):
        raise TypeError("a commit without a key was given a stored answer")
    return done.result


def answer(
    call: Call, render: Callable[[T], Answer[T]], decide: UseCase[P, T], *args: P.args, **kwargs: P.kwargs
) -> Answer[T]:
    """The same for a request: the rendered answer is stored with the effect and given again to a repeated command."""
    done = _Commit(call, lambda work: decide(work, *args, **kwargs), decide.event, render).run()
    if isinstance(done, Answer):
        return done
    if done.answer is None:
        raise TypeError("a request's result was not rendered")
    return done.answer


def dry_run(call: Call, decide: UseCase[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What `commit` would return or refuse, by the same code; nothing is written.

    The store itself judges the transaction: one more condition, which never holds, keeps it from happening.
    """
    silent = replace(call, idempotency_key=None, is_dry_run=True)
    done = _Commit(silent, lambda work: decide(work, *args, **kwargs), decide.event, None).run()
    if isinstance(done, Answer):
        raise TypeError("a dry run was given a stored answer")
    return done.result


@dataclass(slots=True)
class _Plan:
    """One decision, ready to be sent: a token of its own makes repeats of it harmless."""

    actions: list[Action]
    token: str


@dataclass(frozen=True, slots=True)
class _Done(Generic[T]):
    """What a use case came to, and its rendered answer where one was asked for."""

    result: T
    answer: Answer[T] | None


class _NeverHappens(Exception):
    """A dry run's transaction failed by nothing but the condition that never holds."""


class _Commit(Generic[T]):
    """One use case on its way to its end."""

    def __init__(
        self,
        call: Call,
        decide: Callable[[Work], T],
        event: Event,
        render: Callable[[T], Answer[T]] | None,
    ) -> None:
        self._call = call
        self._decide = decide
        self._event = event
        self._render = render
        self._work = Work(call)
        self._deadline = clock.monotonic() + call.patience
        self._tried = 0

    def run(self) -> "_Done[T] | Answer[T]":
        """Decides and sends until the outcome is known: the result, or the stored answer of a twin."""
        late: Cancelled | None = None
        while True:
            self._tried += 1
            try:
                result = self._decide(self._work)
                done = _Done(result, None if self._render is None else self._render(result))
                plan = self._seal(done.answer)
            except DomainError:
                stored: Answer[T] | None = idempotency.find(self._call)
                if stored is None:
                    raise
                return stored
            if not plan.actions:
                return done
            if late is not None:
                raise Contention(retry_after=_RETRY_AFTER_SECONDS) from late
            try:
                _send(plan, self._deadline)
            except Cancelled as cancelled:
                try:
                    twin = self._stored_or_refused(plan, cancelled)
                except _NeverHappens:
                    return done
                if twin is not None:
                    return twin
                # Out of time, the last look still decides: who has lost is told so, and not to try again.
                late = None if self._is_ready_again(plan, cancelled) else cancelled
            else:
                return done

    def _seal(self, rendered: Answer[T] | None) -> _Plan:
        """The decision with its journal entry and stored answer. TooManyActions when one transaction cannot hold it."""
        work = self._work
        actions = list(work.actions)
        if actions or work.note is not None:
            actions.append(_entry(work, self._event))
        if rendered is not None and self._call.idempotency_key is not None:
            # Also when nothing is changed: said again tomorrow, the command must not find something to change.
            actions.append(idempotency.record(self._call, rendered))
        work.check_size()
        if actions and self._call.is_dry_run:
            actions.append(store.never(journal.ref_of(work.tenant, ids.new("jrn"))))
        return _Plan(actions, ids.new("tok") if actions else "")

    def _stored_or_refused(self, plan: _Plan, cancelled: Cancelled) -> Answer[T] | None:
        """After a failed condition: a twin's answer if there is one, else the refusal that the condition stands for."""
        failed = _failed(cancelled)
        stored: Answer[T] | None = idempotency.find(self._call) if failed else None
        if stored is not None:
            return stored
        for index in failed:
            explain = plan.actions[index].on_condition_failed
            error = explain(cancelled.images[index]) if explain else None
            if error is not None:
                raise error
        if self._call.is_dry_run and failed == [len(plan.actions) - 1]:
            raise _NeverHappens
        return None

    def _is_ready_again(self, plan: _Plan, cancelled: Cancelled) -> bool:
        """Makes the work ready to decide again: on fresh reads after a failed condition, at once the first times; else
        after a pause with the rows in conflict read again. False when the time is over."""
        if _failed(cancelled):
            is_first = self._tried <= _AT_ONCE
            in_time = clock.monotonic() < self._deadline if is_first else _paused(self._deadline)
            self._work.restart()
            return in_time
        contested = _contested(plan, cancelled)
        if contested is None:
            raise cancelled
        in_time = _paused(self._deadline)
        self._work.restart(contested if in_time else None)
        return in_time


def _entry(work: Work, event: Event) -> Action:
    note = work.note
    if note is None or not (note.entity_id or note.job):
        raise RuntimeError(f"use case {event} writes but does not say about what")
    identifier = ids.new("jrn")
    entry = journal.Entry(
        partition=journal.partition(work.tenant, identifier),
        id=identifier,
        event=(note.event or event).name,
        entity=note.entity or "job",
        entity_id=note.entity_id or note.job,
        version=note.version,
        fields=note.fields or None,
        subjects=note.subjects or None,
        job=note.job,
        reason=note.reason,
        actor=work.call.actor,
        request_id=work.call.request_id,
        traceparent=work.call.traceparent or None,
    )
    return store.put(entry, journal.Entry.id.does_not_exist())


def _send(plan: _Plan, deadline: float) -> None:
    """Sends one decision until its outcome is known: the same request with the same token is harmless."""
    unknown = False
    while True:
        try:
            store.transact(plan.actions, plan.token)
        except (Busy, Unknown) as error:
            unknown = unknown or isinstance(error, Unknown)
            if not _paused(deadline):
                refusal = OutcomeUnknown if unknown else Contention
                raise refusal(retry_after=_RETRY_AFTER_SECONDS) from error
        else:
            return


def _failed(cancelled: Cancelled) -> list[int]:
    return [index for index, code in enumerate(cancelled.reasons) if code == "ConditionalCheckFailed"]


_TRANSIENT = frozenset({"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})


def _contested(plan: _Plan, cancelled: Cancelled) -> list[Ref] | None:
    """The rows in conflict; None when a reason is neither conflict nor throttle, which only a defect brings about."""
    contested = []
    for action, code in zip(plan.actions, cancelled.reasons, strict=False):
        if code in _TRANSIENT:
            contested.append(action.ref)
        elif code != "None":
            return None
    return contested


def _paused(deadline: float) -> bool:
    """Waits with full jitter, less when the deadline is near; False when it is nearer than the shortest wait."""
    shortest, longest = _JITTER
    left = deadline - clock.monotonic()
    if left <= shortest:
        return False
    clock.sleep(entropy.uniform(shortest, min(longest, left)))
    return True
