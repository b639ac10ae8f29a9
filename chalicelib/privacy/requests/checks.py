"""What a request may say."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from chalicelib.kernel.errors import FieldError, Invalid, repeats
from chalicelib.kernel.work import Work
from chalicelib.privacy.persons import service as persons
from chalicelib.privacy.persons.errors import Undecided
from chalicelib.privacy.requests import concerned, corrections
from chalicelib.privacy.requests.content_schemas import PrivacyCorrection, PrivacyRequestKind, PrivacySubject
from chalicelib.privacy.requests.decision_schemas import Extension, NewDecision, PrivacyOutcome, PrivacyReason
from chalicelib.privacy.requests.tables import PrivacyRequest

FROM_SEARCH = frozenset({PrivacyRequestKind.ACCESS, PrivacyRequestKind.PORTABILITY, PrivacyRequestKind.ERASURE})
"""These are carried out upon what the search for the person's data has found."""
OF_PARTIES = frozenset({PrivacyRequestKind.RESTRICTION, PrivacyRequestKind.OBJECTION})
"""These stop uses of customers and vendors."""
OLDEST = timedelta(days=365)
"""So old may a request be that an officer writes down late."""


def content(
    work: Work, kind: PrivacyRequestKind, subject: PrivacySubject, correction: Sequence[PrivacyCorrection]
) -> list[FieldError]:
    """What is wrong with the content of a request."""
    found = list(_repeated(subject))
    named = [(each, f"/subject/document_ids/{index}") for index, each in enumerate(subject.document_ids)]
    named += [(each.document_id, f"/correction/{index}/document_id") for index, each in enumerate(correction)]
    found += documents(work, named)
    found += corrections.errors(work, correction)
    if correction and kind is not PrivacyRequestKind.CORRECTION:
        found.append(FieldError("/correction", "not_for_this_kind", "Only a correction says what should be corrected."))
    return found


def documents(work: Work, named: Sequence[tuple[str, str]]) -> list[FieldError]:
    """An error at each pointer whose document is not there, or is about no person."""
    refs = {each: corrections.ref(work, each) for each, _ in named}
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


def decision(work: Work, row: PrivacyRequest, command: NewDecision) -> list[FieldError]:
    """What a decision lacks. TransitionRefused while the search for the person's data is under way: nobody grants what
    he has not seen."""
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
    if is_done and row.kind in OF_PARTIES and not concerned.parties(work.call, row):
        says = "No customer or vendor is the person's: name one, or refuse it as not_concerned."
        found.append(FieldError("/outcome", "nothing_to_restrict", says))
    if is_done and row.kind in FROM_SEARCH:
        found += _searched(work, row)
    return found


def _searched(work: Work, row: PrivacyRequest) -> list[FieldError]:
    if row.search_id is None:
        says = "Write down first by what the person can be found: a name, an address, a number or a document."
        return [FieldError("/outcome", "not_searched", says)]
    try:
        persons.require_decided(work, row.search_id)
    except Undecided as undecided:
        return [FieldError("/outcome", "findings_undecided", undecided.detail)]
    return []


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
