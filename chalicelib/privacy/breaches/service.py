"""Use cases of the breach register."""

from chalicelib.identity.tenants import service as tenants
from chalicelib.kernel import clock
from chalicelib.kernel.call import Call
from chalicelib.kernel.errors import Invalid
from chalicelib.kernel.lists import paginate
from chalicelib.kernel.mapping import patch, to_row, to_struct
from chalicelib.kernel.pages import Page
from chalicelib.kernel.use_case import use_case
from chalicelib.kernel.visibility import load_visible
from chalicelib.kernel.work import Work
from chalicelib.privacy.breaches import events, repository, rules, tables
from chalicelib.privacy.breaches.errors import BreachIncomplete
from chalicelib.privacy.breaches.notification_schemas import (
    BreachNotification,
    BreachNotifications,
    NewNotification,
    Recipient,
)
from chalicelib.privacy.breaches.schemas import (
    Assessment,
    Breach,
    BreachChange,
    BreachQuery,
    BreachStatus,
    NewBreach,
    RegisterEntry,
    RegisterQuery,
)
from chalicelib.privacy.breaches.states import BREACH

_SERIES = "BR"
_FIRST_TOLD = {
    Recipient.AUTHORITY: "authority_told_at",
    Recipient.PERSONS: "persons_told_at",
    Recipient.PLATFORM: "platform_told_at",
}


@use_case(events.RECORDED)
def record(work: Work, command: NewBreach) -> Breach:
    """Adds a breach to the register; its deadlines run from its detection. Invalid for facts that cannot be."""
    row = to_row(
        tables.Breach,
        command,
        partition=work.tenant.key(),
        id=work.new_id("bre"),
        status=BreachStatus.RECORDED,
        notification_count=0,
    )
    problems = rules.facts_errors(row, work.now)
    if problems:
        raise Invalid(errors=problems)
    row.number = work.new_number(_SERIES, tenants.today(work).year)
    rules.list_by_deadlines(row)
    return view(work.create(row))


@use_case(events.UPDATED)
def update(work: Work, breach_id: str, change: BreachChange) -> Breach:
    """Changes what is known of a breach. TransitionRefused when it is closed, Invalid for facts that cannot be."""
    row = _load(work, breach_id, "update")
    before = row.detected_at
    patch(row, change)
    problems = [*rules.facts_errors(row, work.now), *rules.later_detection_errors(before, row)]
    if problems:
        raise Invalid(errors=problems)
    return _saved(work, row)


@use_case(events.ASSESSED)
def assess(work: Work, breach_id: str, assessment: Assessment) -> Breach:
    """Decides on the risk, and who has to be told. Invalid for a decision that the law does not allow or that says no
    reason."""
    row = _load(work, breach_id, "assess")
    problems = rules.assessment_errors(assessment)
    if problems:
        raise Invalid(errors=problems)
    patch(row, assessment)
    row.assessed_at = work.now
    row.first_assessed_at = row.first_assessed_at or work.now
    row.untold_since = None if assessment.must_tell_authority else row.untold_since or work.now
    return _saved(work, row)


@use_case(events.NOTIFIED)
def notify(work: Work, breach_id: str, told: NewNotification) -> Breach:
    """Adds to the list of who was told. Invalid when the authority was told late and no reason is given."""
    row = _load(work, breach_id, "notify")
    problems = rules.notification_errors(row, told, work.now)
    if problems:
        raise Invalid(errors=problems)
    work.insert(
        to_row(
            tables.Notification,
            told,
            partition=work.tenant.key(row.id),
            id=work.new_id("bnt"),
            noted_at=work.now,
            noted_by=work.call.actor,
        )
    )
    row.notification_count += 1
    name = _FIRST_TOLD.get(told.recipient)
    if name is not None:
        setattr(row, name, min(getattr(row, name) or told.told_at, told.told_at))
    return _saved(work, row)


@use_case(events.CLOSED)
def close(work: Work, breach_id: str) -> Breach:
    """Closes a breach. BreachIncomplete when its documentation lacks something, or somebody was not told."""
    row = _load(work, breach_id, "close")
    problems = rules.missing_documentation(row)
    if problems:
        raise BreachIncomplete(errors=problems)
    row.closed_at = work.now
    return _saved(work, row)


@use_case(events.REOPENED)
def reopen(work: Work, breach_id: str) -> Breach:
    """Opens a closed breach again, as one that is assessed."""
    row = _load(work, breach_id, "reopen")
    row.closed_at = None
    return _saved(work, row)


@use_case(events.CLOCK_REACHED)
def raise_alarms(work: Work, breach_id: str) -> None:
    """Notes the alarms of the breach's deadlines whose time has come; safe to repeat."""
    row = work.load(tables.Breach, work.tenant.key(), breach_id)
    names = [name for name, _ in rules.reached_alarms(row, work.now)]
    if names:
        row.alarms = [*(row.alarms or []), *names]
        rules.list_by_deadlines(row)
        work.save(row)


def reached(call: Call, breach_id: str) -> list[int]:
    """The alarms whose time has come and that are not noted yet: the highest percentage of each deadline."""
    row = load_visible(call, tables.Breach, call.tenant.key(), breach_id)
    alarms = rules.reached_alarms(row, clock.now())
    return list({name.partition(":")[0]: percent for name, percent in alarms}.values())


def read(call: Call, breach_id: str) -> Breach:
    """One breach. NotFound."""
    return view(load_visible(call, tables.Breach, call.tenant.key(), breach_id))


def page(call: Call, query: BreachQuery) -> Page[Breach]:
    """A page of breaches."""
    rows, cursor = paginate(tables.Breach, tables.VIEWS, call, query)
    return Page([view(row) for row in rows], cursor)


def notifications(call: Call, breach_id: str) -> BreachNotifications:
    """Who was told of a breach, the first first. NotFound."""
    row = load_visible(call, tables.Breach, call.tenant.key(), breach_id)
    return BreachNotifications(data=_told(call, row))


def register(call: Call, query: RegisterQuery) -> Page[RegisterEntry]:
    """A page of the register: each breach with everybody who was told, the newest first."""
    asked = BreachQuery(limit=query.limit, cursor=query.cursor)
    rows, cursor = paginate(tables.Breach, tables.VIEWS, call, asked)
    entries = [RegisterEntry(breach=view(row), notifications=_told(call, row)) for row in rows]
    return Page(entries, cursor)


def count_open(call: Call) -> int:
    """How many breaches are open."""
    return repository.count_open(call)


def count_overdue(call: Call) -> int:
    """How many open breaches have a deadline that has passed."""
    return repository.count_overdue(call, clock.now())


def view(row: tables.Breach) -> Breach:
    """The API's representation of the row, at this moment."""
    now = clock.now()
    internal, authority = rules.internal(row).shown(now), rules.authority(row).shown(now)
    ticking = [each for each in (internal, authority) if each.stopped_at is None]
    first = min(ticking, key=lambda each: each.due_at, default=None)
    return to_struct(
        row,
        Breach,
        due_at=None if first is None else first.due_at,
        hours_left=None if first is None else first.hours_left,
        is_overdue=first is not None and first.is_overdue,
        internal_clock=internal,
        authority_clock=authority,
        allowed_transitions=BREACH.allowed(row),
    )


def _told(call: Call, row: tables.Breach) -> list[BreachNotification]:
    """Who was told of the breach; most have nobody, and cost no query."""
    found = repository.notifications(call.tenant, row.id) if row.notification_count else []
    return [to_struct(each, BreachNotification) for each in found]


def _load(work: Work, breach_id: str, step: str) -> tables.Breach:
    row = work.load_for_update(tables.Breach, work.tenant.key(), breach_id)
    BREACH.take(row, step)
    return row


def _saved(work: Work, row: tables.Breach) -> Breach:
    rules.list_by_deadlines(row)
    return view(work.save(row))
