"""What a request may say."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from chalicelib.identity.users import service as users
from chalicelib.kernel.dynamo.store import Ref
from chalicelib.kernel.errors import FieldError, Invalid, repeats
from chalicelib.kernel.work import Work
from chalicelib.parties.customers import service as parties
from chalicelib.privacy.requests.content_schemas import PrivacyCorrection, PrivacyRequestKind, PrivacySubject
from chalicelib.privacy.requests.decision_schemas import Extension, NewDecision, PrivacyOutcome, PrivacyReason
from chalicelib.privacy.requests.tables import PrivacyRequest

OLDEST = timedelta(days=365)
"""So old may a request be that an officer writes down late."""
_USER, _PARTY = "usr_", "pty_"


def content(
    work: Work, kind: PrivacyRequestKind, subject: PrivacySubject, correction: Sequence[PrivacyCorrection]
) -> list[FieldError]:
    """What is wrong with the content of a request."""
    found = list(_repeated(subject))
    named = [(each, f"/subject/document_ids/{index}") for index, each in enumerate(subject.document_ids)]
    named += [(each.document_id, f"/correction/{index}/document_id") for index, each in enumerate(correction)]
    found += documents(work, named)
    if correction and kind is not PrivacyRequestKind.CORRECTION:
        found.append(FieldError("/correction", "not_for_this_kind", "Only a correction says what should be corrected."))
    return found


def documents(work: Work, named: Sequence[tuple[str, str]]) -> list[FieldError]:
    """An error at each pointer whose document is not there, or is about no person."""
    refs = {each: _ref(work, each) for each, _ in named}
    known = [ref for ref in refs.values() if ref is not None]
    there = {ref for ref, row in zip(known, work.read(*known), strict=True) if row is not None}
    return [
        FieldError(pointer, "not_found", "Use the id of a customer, a vendor or a user that there is.")
        for each, pointer in named
        if refs[each] not in there
    ]


def received(received_at: datetime | None, now: datetime) -> list[FieldError]:
    """What is wrong with the time at which a request is said to have come in."""
    if received_at is None or now - OLDEST <= received_at <= now:
        return []
    return [FieldError("/received_at", "out_of_range", "Use a time of the past twelve months.")]


def fixed(row: PrivacyRequest, subject: PrivacySubject) -> list[FieldError]:
    """An error for each part of the person that may not change once the identity was checked: the answer would go to
    somebody who has proved nothing."""
    if row.identity_at is None:
        return []
    return [
        FieldError(f"/subject/{name}", "fixed", "The identity was checked with what was here before.")
        for name in ("name", "emails", "phones")
        if getattr(subject, name) != getattr(row.subject, name)
    ]


def decision(row: PrivacyRequest, command: NewDecision) -> list[FieldError]:
    """What a decision lacks."""
    found = []
    if command.outcome is PrivacyOutcome.GRANT and command.reason is not None:
        found.append(FieldError("/reason", "not_for_this_outcome", "Nothing is refused: leave the reason out."))
    if command.outcome is not PrivacyOutcome.GRANT and command.reason is None:
        found.append(FieldError("/reason", "required", "Say why it is refused, altogether or in part."))
    if command.reason is PrivacyReason.OTHER and not command.text:
        found.append(FieldError("/text", "required", "Say why in words."))
    is_done = command.outcome is not PrivacyOutcome.REFUSE
    if is_done and row.kind is PrivacyRequestKind.CORRECTION and not row.correction:
        found.append(FieldError("/outcome", "no_correction", "Write down first what should be corrected."))
    return found


def extension(row: PrivacyRequest, command: Extension, now: datetime) -> list[FieldError]:
    """What is wrong with the notice that it takes longer: it must have reached the person within the first time."""
    if row.received_at <= (command.notice_at or now) <= min(now, row.due_at):
        return []
    says = "The person must have been told before the first time ran out, and not in the future."
    return [FieldError("/notice_at", "out_of_range", says)]


def require(problems: Iterable[FieldError]) -> None:
    """Invalid with all of them, if there are any."""
    found = list(problems)
    if found:
        raise Invalid(errors=found)


def _repeated(subject: PrivacySubject) -> Iterable[FieldError]:
    for name in ("emails", "phones", "document_ids"):
        yield from repeats(f"/subject/{name}", getattr(subject, name))


def _ref(work: Work, document_id: str) -> Ref | None:
    if document_id.startswith(_USER):
        return users.ref(work.tenant, document_id)
    return parties.ref(work, document_id) if document_id.startswith(_PARTY) else None
