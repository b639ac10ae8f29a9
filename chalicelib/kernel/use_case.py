"""Use cases and their commit.

A use case is a function `decide(work, …)`: it reads through the work and adds its writes to it. `commit` sends them in
one transaction with the stored answer and one journal entry, and runs the decision again when a row has changed since.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Concatenate, Generic, ParamSpec, TypeVar

from chalicelib.kernel import capacity, clock, entropy, idempotency, ids, journal, open_tenants
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
"""So many attempts are repeated without a pause after a failed condition."""


class UseCase(Generic[P, T]):
    """A decision and the event of its journal entry. Calling it runs the decision within another use case."""

    def __init__(self, event: Event, decide: Callable[Concatenate[Work, P], T]) -> None:
        self.event = event
        self.decide = decide
        functools.update_wrapper(self, decide)

    def __call__(self, work: Work, *args: P.args, **kwargs: P.kwargs) -> T:
        return self.decide(work, *args, **kwargs)


def use_case(event: Event) -> Callable[[Callable[Concatenate[Work, P], T]], UseCase[P, T]]:
    """Decorator: makes a decision a use case with this journal event."""

    def mark(decide: Callable[Concatenate[Work, P], T]) -> UseCase[P, T]:
        return UseCase(event, decide)

    return mark


def commit(call: Call, decide: UseCase[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Runs the use case, commits it and returns its result. It stores no answer, even if the call has a key.

    Raises the decision's own errors, Contention when conflicts last longer than the call's patience, OutcomeUnknown
    when the store did not answer. Nothing is written when it raises, except possibly with OutcomeUnknown.
    """
    without_key = call if call.idempotency_key is None else replace(call, idempotency_key=None)
    done = _Commit(without_key, lambda work: decide(work, *args, **kwargs), decide.event, None).run()
    if isinstance(done, Answer):
        raise TypeError("a commit without a key was given a stored answer")
    return done.result


def answer(
    call: Call, render: Callable[[T], Answer[T]], decide: UseCase[P, T], *args: P.args, **kwargs: P.kwargs
) -> Answer[T]:
    """Like `commit`, for a request: the rendered answer is stored in the same transaction, and a repeated command
    returns it."""
    done = _Commit(call, lambda work: decide(work, *args, **kwargs), decide.event, render).run()
    if isinstance(done, Answer):
        return done
    if done.answer is None:
        raise TypeError("a request's result was not rendered")
    return done.answer


def dry_run(call: Call, decide: UseCase[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Returns or raises what `commit` would, by the same code; nothing is written.

    The store evaluates the transaction's conditions; an additional condition that never holds cancels it.
    """
    without_key = replace(call, idempotency_key=None, is_dry_run=True)
    done = _Commit(without_key, lambda work: decide(work, *args, **kwargs), decide.event, None).run()
    if isinstance(done, Answer):
        raise TypeError("a dry run was given a stored answer")
    return done.result


@dataclass(slots=True)
class _Plan:
    """The actions of one decision, with the token that makes sending them again idempotent."""

    actions: list[Action]
    token: str


@dataclass(frozen=True, slots=True)
class _Done(Generic[T]):
    """The result of a use case, and its rendered answer if it has a renderer."""

    result: T
    answer: Answer[T] | None


class _NeverHappens(Exception):
    """Only the condition that never holds failed: the dry run has passed."""


class _Commit(Generic[T]):
    """One execution of a use case, until its outcome is known."""

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
        """Decides and sends until the outcome is known. Returns the result, or the answer stored by a concurrent
        repetition of the request."""
        timed_out: Cancelled | None = None
        while True:
            self._tried += 1
            try:
                result = self._decide(self._work)
                done = _Done(result, None if self._render is None else self._render(result))
                plan = self._make_plan(done.answer)
            except DomainError:
                stored: Answer[T] | None = idempotency.find(self._call)
                if stored is None:
                    raise
                return stored
            if not plan.actions:
                return done
            if timed_out is not None:
                raise Contention(retry_after=_RETRY_AFTER_SECONDS) from timed_out
            if not self._call.is_dry_run:
                open_tenants.mark(self._call.tenant)
            try:
                _send(plan, self._deadline)
            except Cancelled as cancelled:
                try:
                    twin = self._stored_answer_or_raise(plan, cancelled)
                except _NeverHappens:
                    return done
                if twin is not None:
                    return twin
                # When the time is over, decide once more on fresh reads: a refusal is better than "try again".
                timed_out = None if self._is_ready_again(plan, cancelled) else cancelled
            else:
                return done

    def _make_plan(self, rendered: Answer[T] | None) -> _Plan:
        """The decision's actions with the journal entry and the stored answer. TooManyActions when they do not fit into
        one transaction."""
        work = self._work
        work.finish()
        actions = list(work.actions)
        if actions or work.note is not None:
            actions.append(_entry(work, self._event))
        if rendered is not None and self._call.idempotency_key is not None:
            # Also when nothing is changed: a later repetition of the command must not change anything either.
            actions.append(idempotency.record(self._call, rendered))
        capacity.check(work)
        if actions and self._call.is_dry_run:
            actions.append(store.never(journal.ref_of(work.tenant, ids.new("jrn"))))
        return _Plan(actions, ids.new("tok") if actions else "")

    def _stored_answer_or_raise(self, plan: _Plan, cancelled: Cancelled) -> Answer[T] | None:
        """After a failed condition: the answer stored by a concurrent repetition, if any; else raises the condition's
        error."""
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
        """Prepares the work for the next decision. After a failed condition all rows are read again, the first times
        without a pause; after a conflict, only the rows in conflict, after a pause. False when the time is over."""
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
    event = note.event or event
    _check_declared(event, note)
    identifier = ids.new("jrn")
    entry = journal.Entry(
        partition=journal.partition(work.tenant, identifier),
        id=identifier,
        event=event.name,
        entity=note.entity or "job",
        entity_id=note.entity_id or note.job,
        version=note.version,
        fields=note.fields or None,
        subjects=note.subjects or None,
        job=note.job,
        reason=note.reason,
        actor=work.call.actor,
        request_id=work.call.request_id,
        client_request_id=work.call.client_request_id or None,
        traceparent=work.call.traceparent or None,
        depth=work.call.depth or None,
    )
    return store.insert(entry)


def _check_declared(event: Event, note: journal.Note) -> None:
    """RuntimeError when the entry says more than its event declares."""
    entity = note.entity or "job"
    undeclared = [] if event.fields is None else sorted(set(note.fields).difference(event.fields))
    if undeclared or entity != event.entity or (note.job and not event.starts_job):
        raise RuntimeError(f"{event} is not declared for {entity}, fields {undeclared}, job {note.job}")


def _send(plan: _Plan, deadline: float) -> None:
    """Sends one decision until its outcome is known; the token makes repeated requests idempotent."""
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
    """The rows in conflict or throttled; None for any other cancellation reason, which indicates a bug."""
    contested = []
    for action, code in zip(plan.actions, cancelled.reasons, strict=False):
        if code in _TRANSIENT:
            contested.append(action.ref)
        elif code != "None":
            return None
    return contested


def _paused(deadline: float) -> bool:
    """Waits with full jitter, at most until the deadline. False when less than the shortest wait is left."""
    shortest, longest = _JITTER
    left = deadline - clock.monotonic()
    if left <= shortest:
        return False
    clock.sleep(entropy.uniform(shortest, min(longest, left)))
    return True
