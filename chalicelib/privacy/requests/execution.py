"""What becomes of a request while it is carried out: privacy/execution calls these within its work, or commits them.

Each loads the request, takes one step, and raises TransitionRefused when it is not its turn; so a step that is repeated
after a crash changes nothing. None of them asks for a version."""

from collections.abc import Iterable, Sequence

from chalicelib.kernel.use_case import use_case
from chalicelib.kernel.work import Work
from chalicelib.privacy.requests import ending, events, repository
from chalicelib.privacy.requests.content_schemas import PrivacyRequestKind
from chalicelib.privacy.requests.decision_schemas import PrivacyRecipient, ToldRecipient
from chalicelib.privacy.requests.schemas import PrivacyRequestStatus
from chalicelib.privacy.requests.states import PRIVACY_REQUEST
from chalicelib.privacy.requests.tables import PrivacyRequest


@use_case(events.EXECUTION_BEGUN)
def begin_execution(work: Work, request_id: str) -> None:
    """Begins what was granted; from now on nothing stops it. TransitionRefused before an erasure has cooled off."""
    _step(work, request_id, "begin-execution")


@use_case(events.EXECUTED)
def executed(work: Work, request_id: str, recipients: Sequence[str] = ()) -> None:
    """It was done, and is checked next. recipients: who has the data too, and must be told. TransitionRefused."""
    row = repository.load(work, request_id)
    PRIVACY_REQUEST.take(row, "execute")
    add_recipients(row, recipients)
    repository.save(work, row)


@use_case(events.VERIFIED)
def verified(work: Work, request_id: str) -> None:
    """What was done was checked, and other parties are told next. TransitionRefused."""
    _step(work, request_id, "verify")


def recipient_told(work: Work, row: PrivacyRequest, command: ToldRecipient) -> None:
    """Notes that a recipient was told, also one that the product does not know of. TransitionRefused."""
    PRIVACY_REQUEST.take(row, "record-recipient", row.status)
    told = PrivacyRecipient(name=command.recipient, told_at=work.now, receipt=command.receipt)
    row.recipients = [*(each for each in row.recipients or () if each.name != told.name), told]


def add_recipients(row: PrivacyRequest, names: Iterable[str]) -> None:
    """Adds those who have the data too, and must be told, to those that the request has."""
    known = row.recipients or []
    added = set(names) - {each.name for each in known}
    row.recipients = [*known, *(PrivacyRecipient(name=each) for each in sorted(added))] or None


@use_case(events.RECIPIENTS_TOLD)
def recipients_told(work: Work, request_id: str) -> None:
    """Other parties were told, or there are none. TransitionRefused."""
    row = repository.load(work, request_id)
    PRIVACY_REQUEST.take(row, "tell-recipients")
    row.recipients_told_at = work.now
    repository.save(work, row)


@use_case(events.DELIVERED)
def delivered(work: Work, request_id: str) -> None:
    """The person has the answer. TransitionRefused before the recipients were told."""
    row = repository.load(work, request_id)
    deliver(work, row)
    repository.save(work, row)


def deliver(work: Work, row: PrivacyRequest) -> None:
    """The person has the answer; what an erasure leaves of a request goes at once. TransitionRefused."""
    row.first_response_at = row.first_response_at or work.now
    if row.kind is PrivacyRequestKind.ERASURE:
        ending.end(work, row, "deliver", PrivacyRequestStatus.CLOSED)
    else:
        PRIVACY_REQUEST.take(row, "deliver")


@use_case(events.FAILED)
def failed(work: Work, request_id: str) -> None:
    """The step that is under way has failed, and can be tried again. TransitionRefused."""
    row = repository.load(work, request_id)
    step = row.status
    PRIVACY_REQUEST.take(row, "fail")
    row.failed_in, row.job_id = step, None
    repository.save(work, row)


@use_case(events.RETRIED)
def retried(work: Work, request_id: str) -> None:
    """The step that has failed is under way again. TransitionRefused."""
    row = repository.load(work, request_id)
    retry(row)
    repository.save(work, row)


def retry(row: PrivacyRequest) -> None:
    """Goes back to the step that has failed. TransitionRefused."""
    PRIVACY_REQUEST.take(row, "retry", row.failed_in or PrivacyRequestStatus.EXECUTING)
    row.failed_in = None


def _step(work: Work, request_id: str, name: str) -> None:
    row = repository.load(work, request_id)
    PRIVACY_REQUEST.take(row, name)
    repository.save(work, row)
