"""What an officer decides, and what the person may have against it."""

from chalicelib.identity.tenants import service as tenants
from chalicelib.kernel.errors import FieldError, Invalid
from chalicelib.kernel.work import Work
from chalicelib.privacy.requests import checks, clocks, timing
from chalicelib.privacy.requests.content_schemas import PrivacyRequestKind
from chalicelib.privacy.requests.decision_schemas import Extension, NewDecision, PrivacyDecision
from chalicelib.privacy.requests.errors import NoExtension
from chalicelib.privacy.requests.schemas import PrivacyRequestStatus
from chalicelib.privacy.requests.states import PRIVACY_REQUEST, is_granted
from chalicelib.privacy.requests.tables import PrivacyRequest


def decide(work: Work, row: PrivacyRequest, command: NewDecision) -> None:
    """Grants, grants in part, or refuses; an erasure that is granted cools off. TransitionRefused, Invalid."""
    PRIVACY_REQUEST.take(row, "decide")
    checks.require(checks.decision(work, row, command))
    row.decision = PrivacyDecision(
        outcome=command.outcome,
        reason=command.reason,
        text=command.text,
        decided_at=work.now,
        decided_by=work.call.actor,
    )
    row.cooling_off_until = row.recipients_told_at = row.job_id = None
    if is_granted(row) and row.kind is PrivacyRequestKind.ERASURE:
        PRIVACY_REQUEST.take(row, "cool-off")
        row.cooling_off_until = work.now + timing.COOLING_OFF


def extend(work: Work, row: PrivacyRequest, command: Extension) -> None:
    """Makes the time longer, as the law allows it once. NoExtension, Invalid, TransitionRefused."""
    to = clocks.extended(row.law, row.received_at, tenants.calendar(work))
    if to is None:
        raise NoExtension(f"{clocks.TERMS[row.law].source} allows none.")
    PRIVACY_REQUEST.take(row, "extend", row.status)
    checks.require(checks.extension(row, command, work.now))
    row.extended_to, row.extension_reason, row.notice_at = to, command.reason, command.notice_at or work.now
    row.warned = None


def hold(row: PrivacyRequest) -> None:
    """Stops everything for a legal reason, also an erasure that cools off. TransitionRefused."""
    PRIVACY_REQUEST.take(row, "hold")
    row.cooling_off_until = None


def appeal(work: Work, row: PrivacyRequest, text: str) -> None:
    """Takes what the person has against the decision; the request is decided anew. TransitionRefused."""
    PRIVACY_REQUEST.take(row, "appeal")
    row.appealed_decision, row.appeal_text, row.closed_at = row.decision, text or None, None
    row.search_id = None  # another one shows what is there now
    timing.appeal(work, row)


def known(row: PrivacyRequest, lead: PrivacyRequest | None) -> PrivacyRequest:
    """The request that is to lead another one. Invalid when there is no such one."""
    if lead is None or lead.id == row.id:
        raise Invalid(errors=[FieldError("/request_id", "not_found", "Use the id of another privacy request.")])
    return lead


def lead_errors(row: PrivacyRequest, lead: PrivacyRequest) -> list[FieldError]:
    """Why a request cannot lead another one: of two the one leads whose person was identified first."""
    says = _not_leading(row, lead)
    return [] if says is None else [FieldError("/request_id", *says)]


def _not_leading(row: PrivacyRequest, lead: PrivacyRequest) -> tuple[str, str] | None:
    if lead.kind is not row.kind:
        return "other_kind", "It asks for something else."
    if lead.identity_at is None or row.identity_at is None:
        return "not_identified", "The identity of its person was not checked."
    if lead.identity_at > row.identity_at:
        return "not_first", "Its person was identified later: mark that one."
    ended = (PrivacyRequestStatus.WITHDRAWN, PrivacyRequestStatus.CANCELLED, PrivacyRequestStatus.DUPLICATE)
    return ("ended", "It has ended without an answer.") if lead.status in ended else None
