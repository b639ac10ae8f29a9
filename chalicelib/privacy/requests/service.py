"""Use cases of those who answer privacy requests; an engine finds what it calls in execution.py, and here."""

from collections.abc import Callable

from msgspec import UNSET

from chalicelib.identity.tenants import service as tenants
from chalicelib.kernel.call import Call
from chalicelib.kernel.lists import paginate
from chalicelib.kernel.pages import Page
from chalicelib.kernel.use_case import use_case
from chalicelib.kernel.work import Work
from chalicelib.privacy.requests import (
    checks,
    deciding,
    ending,
    events,
    execution,
    identity,
    opening,
    repository,
    tables,
    views,
)
from chalicelib.privacy.requests.decision_schemas import (
    DuplicateOf,
    Extension,
    Hold,
    IdentityMethod,
    IdentityRecord,
    NewAppeal,
    NewDecision,
    ToldRecipient,
)
from chalicelib.privacy.requests.execution import (
    begin_execution,
    delivered,
    executed,
    failed,
    recipients_told,
    retried,
    verified,
)
from chalicelib.privacy.requests.schemas import (
    CodeResult,
    NewPrivacyRequest,
    PrivacyRequest,
    PrivacyRequestChange,
    PrivacyRequestQuery,
)
from chalicelib.privacy.requests.states import PRIVACY_REQUEST
from chalicelib.privacy.requests.tables import PrivacyRequest as Row

__all__ = ["begin_execution", "delivered", "executed", "failed", "recipients_told", "retried", "verified"]


@use_case(events.RECEIVED)
def create(work: Work, command: NewPrivacyRequest) -> PrivacyRequest:
    """Writes down a request that reached an officer. Invalid."""
    return _view(work, opening.by_officer(work, command))


@use_case(events.RECEIVED)
def receive_from_platform(work: Work, command: NewPrivacyRequest) -> PrivacyRequest:
    """Adds a request that a connected platform passes on, which has checked who asks. Invalid."""
    return _view(work, opening.by_platform(work, command))


@use_case(events.UPDATED)
def update(work: Work, request_id: str, change: PrivacyRequestChange) -> PrivacyRequest:
    """Changes what a request says. Invalid, also for another name or address of somebody whose identity was checked;
    TransitionRefused once it is carried out."""
    row = repository.load_for_update(work, request_id)
    subject = row.subject if change.subject is UNSET else change.subject
    correction = row.correction or [] if change.correction is UNSET else change.correction
    checks.require(checks.content(work, row.kind, subject, correction))
    PRIVACY_REQUEST.take(row, "update", row.status)
    checks.require(checks.fixed(row, subject))
    if subject.emails != row.subject.emails:
        identity.forget_code(row)
    if subject != row.subject:
        row.search_id = None
    row.subject, row.correction = subject, list(correction) or None
    return _saved(work, row)


@use_case(events.ACKNOWLEDGED)
def acknowledge(work: Work, request_id: str) -> PrivacyRequest:
    """Confirms the receipt. TransitionRefused."""
    return _changed(work, request_id, lambda row: identity.acknowledge(work, row))


@use_case(events.CODE_WANTED)
def send_code(work: Work, request_id: str) -> PrivacyRequest:
    """Has a code mailed. TransitionRefused, NoAddress, MailNotConfigured."""
    return _changed(work, request_id, lambda row: identity.ask_for_code(work, row))


@use_case(events.CODE_WRONG)
def verify_code(work: Work, request_id: str, code: str) -> CodeResult:
    """Compares the code that the person tells with the one that was mailed. TransitionRefused."""
    row = repository.load_for_update(work, request_id)
    result = identity.enter(work, row, code)
    _saved(work, row)
    return result


@use_case(events.IDENTIFIED)
def record_identity(work: Work, request_id: str, command: IdentityRecord) -> PrivacyRequest:
    """Stores how an officer has checked the identity. TransitionRefused."""

    def change(row: Row) -> None:
        PRIVACY_REQUEST.take(row, "record-identity")
        identity.settle(work, row, IdentityMethod(command.how))

    return _changed(work, request_id, change)


@use_case(events.CLARIFICATION_ASKED)
def ask_clarification(work: Work, request_id: str) -> PrivacyRequest:
    """The person was asked something. TransitionRefused."""
    return _stepped(work, request_id, "ask-clarification")


@use_case(events.CLARIFIED)
def clarify(work: Work, request_id: str) -> PrivacyRequest:
    """The person has answered. TransitionRefused."""
    return _stepped(work, request_id, "clarify")


@use_case(events.HELD)
def hold(work: Work, request_id: str, command: Hold) -> PrivacyRequest:
    """Stops everything for a legal reason. TransitionRefused."""

    def change(row: Row) -> None:
        deciding.hold(row)
        row.hold_reason = command.reason

    return _changed(work, request_id, change)


@use_case(events.RELEASED)
def release(work: Work, request_id: str) -> PrivacyRequest:
    """The legal reason has ended; it is to be decided. TransitionRefused."""

    def change(row: Row) -> None:
        PRIVACY_REQUEST.take(row, "release")
        row.hold_reason = None

    return _changed(work, request_id, change)


@use_case(events.DECIDED)
def decide(work: Work, request_id: str, command: NewDecision) -> PrivacyRequest:
    """Grants, grants in part, or refuses. Invalid, TransitionRefused."""
    return _changed(work, request_id, lambda row: deciding.decide(work, row, command))


@use_case(events.EXTENDED)
def extend(work: Work, request_id: str, command: Extension) -> PrivacyRequest:
    """Makes the time longer. NoExtension, Invalid, TransitionRefused."""
    return _changed(work, request_id, lambda row: deciding.extend(work, row, command))


@use_case(events.WITHDRAWN)
def withdraw(work: Work, request_id: str) -> PrivacyRequest:
    """The person does not want it any more. TransitionRefused once it is carried out."""
    return _changed(work, request_id, lambda row: ending.end(work, row, "withdraw"))


@use_case(events.CANCELLED)
def cancel(work: Work, request_id: str) -> PrivacyRequest:
    """An officer ends it, such as one that was written down by mistake. TransitionRefused once it is carried out."""
    return _changed(work, request_id, lambda row: ending.end(work, row, "cancel"))


@use_case(events.MARKED_DUPLICATE)
def mark_duplicate(work: Work, request_id: str, command: DuplicateOf) -> PrivacyRequest:
    """Another request leads, whose person was identified first. Invalid, TransitionRefused before its own person
    was."""
    row = repository.load_for_update(work, request_id)
    lead = deciding.known(row, repository.find(work, command.request_id))
    PRIVACY_REQUEST.require(row, "mark-duplicate")
    checks.require(deciding.lead_errors(row, lead))
    ending.end(work, row, "mark-duplicate")
    row.duplicate_of = command.request_id
    saved = _saved(work, row)
    work.annotate(subjects=[command.request_id])
    return saved


@use_case(events.APPEALED)
def appeal(work: Work, request_id: str, command: NewAppeal) -> PrivacyRequest:
    """The person does not accept the decision. TransitionRefused."""
    return _changed(work, request_id, lambda row: deciding.appeal(work, row, command.text))


@use_case(events.RECIPIENT_TOLD)
def record_recipient(work: Work, request_id: str, command: ToldRecipient) -> PrivacyRequest:
    """One of those was told who have the data too. TransitionRefused."""
    return _changed(work, request_id, lambda row: execution.recipient_told(work, row, command))


@use_case(events.DELIVERED)
def deliver(work: Work, request_id: str) -> PrivacyRequest:
    """An officer has given the person the answer. TransitionRefused before the recipients were told."""
    return _changed(work, request_id, lambda row: execution.deliver(work, row))


@use_case(events.RETRIED)
def retry(work: Work, request_id: str) -> PrivacyRequest:
    """Has the step tried again that has failed. TransitionRefused."""
    return _changed(work, request_id, execution.retry)


@use_case(events.CLOSED)
def close(work: Work, request_id: str) -> PrivacyRequest:
    """The person was told, and all is over. TransitionRefused."""

    def change(row: Row) -> None:
        row.first_response_at = row.first_response_at or work.now
        ending.end(work, row, "close")

    return _changed(work, request_id, change)


def read(call: Call, request_id: str) -> PrivacyRequest:
    """One request. NotFound."""
    return _view(Work(call), repository.read(call, request_id))


def page(call: Call, query: PrivacyRequestQuery) -> Page[PrivacyRequest]:
    """A page of requests, newest first."""
    rows, cursor = paginate(Row, tables.VIEWS, call, query)
    days = tenants.calendar(Work(call))
    return Page([views.full(row, days) for row in rows], cursor)


def count_open(call: Call) -> int:
    """How many requests are not answered yet."""
    return repository.count_open(call)


def count_overdue(call: Call) -> int:
    """How many requests are not answered although their legal time is over."""
    return repository.count_overdue(call)


def _stepped(work: Work, request_id: str, step: str) -> PrivacyRequest:
    return _changed(work, request_id, lambda row: PRIVACY_REQUEST.take(row, step))


def _changed(work: Work, request_id: str, change: Callable[[Row], None]) -> PrivacyRequest:
    row = repository.load_for_update(work, request_id)
    change(row)
    return _saved(work, row)


def _saved(work: Work, row: Row) -> PrivacyRequest:
    return _view(work, repository.save(work, row))


def _view(work: Work, row: Row) -> PrivacyRequest:
    return views.full(row, tenants.calendar(work))
