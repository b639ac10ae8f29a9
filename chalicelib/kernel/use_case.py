"""Use cases and their commit.

A use case is `decide(work, …)`: it reads through the work and says what it wants written. `commit` writes all of it in
one transaction with the stored answer and one journal entry, and decides again when the world moved.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar, cast

from chalicelib.kernel import clock, entropy, idempotency, ids, journal, uniques
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store, units
from chalicelib.kernel.dynamo.store import Action, Busy, Cancelled, Ref, Unknown
from chalicelib.kernel.errors import Contention, DomainError, OutcomeUnknown, TooManyActions
from chalicelib.kernel.idempotency import Answer
from chalicelib.kernel.work import Work

P = ParamSpec("P")
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
MAX_ACTIONS = 100
MAX_BYTES = 4 * 1024 * 1024
KERNEL_ACTIONS = 2
"""The journal entry and the stored answer: what a use case itself may use is MAX_ACTIONS less these."""
_JITTER = (0.02, 0.4)
_RETRY_AFTER_SECONDS = 1
_AT_ONCE = 3
"""How often a failed condition is followed by the next decision without a pause."""


class UseCase(Protocol[P, T_co]):
    event: str

    def __call__(self, work: Work, *args: P.args, **kwargs: P.kwargs) -> T_co: ...


def use_case(event: str) -> Callable[[Callable[Concatenate[Work, P], T]], UseCase[P, T]]:
    """Marks a decision and names its journal event."""

    def mark(decide: Callable[Concatenate[Work, P], T]) -> UseCase[P, T]:
        @functools.wraps(decide)
        def run(work: Work, *args: P.args, **kwargs: P.kwargs) -> T:
            return decide(work, *args, **kwargs)

        marked = cast(UseCase[P, T], run)
        marked.event = event
        return marked

    return mark


@dataclass(slots=True)
class _Plan:
    """One decision, ready to be sent: a token of its own makes repeats of it harmless."""

    actions: list[Action]
    token: str


def commit(call: Call, decide: UseCase[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Runs the use case to its end and returns its result.

    Raises the decision's own refusals, Contention when the place stays busy past the call's patience, OutcomeUnknown
    when the store never answered. Nothing is written unless it returns, save for OutcomeUnknown.
    """
    result: T = _commit(call, lambda work: decide(work, *args, **kwargs), decide.event, None)[0]
    return result


def answer(
    call: Call, render: Callable[[T], Answer], decide: UseCase[P, T], *args: P.args, **kwargs: P.kwargs
) -> Answer:
    """The same for a request: the rendered answer is stored with the effect and given again to a repeated command."""
    rendered: Answer = _commit(call, lambda work: decide(work, *args, **kwargs), decide.event, render)[1]
    return rendered


def dry_run(call: Call, decide: UseCase[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """A dry run: the decision is made, the unique values it wants are looked up, nothing is written."""
    work = Work(call)
    result = decide(work, *args, **kwargs)
    claims = [action for action in work.actions if action.kind == "Put" and action.ref.model is uniques.Unique]
    found = store.get_many(action.ref for action in claims)
    for action in claims:
        if (
            found[action.ref] is not None
            and action.on_condition_failed
            and (error := action.on_condition_failed(found[action.ref]))
        ):
            raise error
    return result


def _commit(call: Call, decide: Callable[[Work], T], event: str, render: Callable[[T], Answer] | None) -> Any:
    deadline = clock.monotonic() + call.patience
    work = Work(call)
    late: Cancelled | None = None
    tried = 0
    while True:
        tried += 1
        try:
            result = decide(work)
            rendered = render(result) if render else None
            plan = _seal(work, event, rendered)
        except DomainError:
            stored = idempotency.find(call)
            if stored is None:
                raise
            return None, stored
        if not plan.actions:
            return result, rendered
        if late is not None:
            raise Contention(retry_after=_RETRY_AFTER_SECONDS) from late
        try:
            _send(plan, deadline)
        except Cancelled as cancelled:
            stored = _stored_or_refused(call, plan, cancelled)
            if stored is not None:
                return None, stored
            # Out of time, the last look still decides: who has lost is told so, and not to try again.
            late = None if _again(work, plan, cancelled, deadline, tried) else cancelled
        else:
            return result, rendered


def _seal(work: Work, event: str, rendered: Answer | None) -> _Plan:
    actions = list(work.actions)
    if actions or work.note is not None:
        actions.append(_entry(work, event))
    if rendered is not None and work.call.idempotency_key is not None:
        # Also when nothing is changed: said again tomorrow, the command must not find something to change.
        actions.append(idempotency.record(work.call, rendered))
    if len(actions) > MAX_ACTIONS:
        allowed, requested = MAX_ACTIONS - KERNEL_ACTIONS, len(work.actions)
        raise TooManyActions(
            f"One transaction holds {allowed} writes, uniqueness rows counted; this needs {requested}."
        )
    if len(actions) > MAX_ACTIONS // 4 and sum(_bytes(action) for action in actions) > MAX_BYTES:
        raise TooManyActions("One transaction holds 4 MB.")
    return _Plan(actions, ids.new("tok") if actions else "")


def _bytes(action: Action) -> int:
    values = action.request.get("Item") or action.request.get("ExpressionAttributeValues") or {}
    return units.item_size(values)


def _entry(work: Work, event: str) -> Action:
    note = work.note
    if note is None or not (note.entity_id or note.job):
        raise RuntimeError(f"use case {event} writes but does not say about what")
    identifier = ids.new("jrn")
    entry = journal.Entry(
        partition=journal.partition(work.tenant, identifier),
        id=identifier,
        event=note.event or event,
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
                on_condition_failed = OutcomeUnknown if unknown else Contention
                raise on_condition_failed(retry_after=_RETRY_AFTER_SECONDS) from error
        else:
            return


def _stored_or_refused(call: Call, plan: _Plan, cancelled: Cancelled) -> Answer | None:
    """After a failed condition: a twin's answer if there is one, else the refusal that the condition stands for."""
    failed = _failed(cancelled)
    stored = idempotency.find(call) if failed else None
    if stored is not None:
        return stored
    for index in failed:
        on_condition_failed = plan.actions[index].on_condition_failed
        error = on_condition_failed(cancelled.images[index]) if on_condition_failed else None
        if error is not None:
            raise error
    return None


def _failed(cancelled: Cancelled) -> list[int]:
    return [index for index, code in enumerate(cancelled.reasons) if code == "ConditionalCheckFailed"]


def _again(work: Work, plan: _Plan, cancelled: Cancelled, deadline: float, tried: int) -> bool:
    """Makes the work ready to decide again: on fresh reads after a failed condition, at once the first times; else
    after a pause with the rows in conflict read again. False when the time is over."""
    if _failed(cancelled):
        in_time = clock.monotonic() < deadline if tried <= _AT_ONCE else _paused(deadline)
        work.restart()
        return in_time
    contested = _contested(plan, cancelled)
    if contested is None:
        raise cancelled
    in_time = _paused(deadline)
    work.restart(contested if in_time else None)
    return in_time


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
