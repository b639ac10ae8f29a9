"""How requests end, and what stays of them."""

import msgspec

from chalicelib.kernel.work import Work
from chalicelib.privacy.requests import identity
from chalicelib.privacy.requests.content_schemas import PrivacyAgent, PrivacyRequestKind, PrivacySubject
from chalicelib.privacy.requests.schemas import PrivacyRequestStatus
from chalicelib.privacy.requests.states import PRIVACY_REQUEST, is_granted
from chalicelib.privacy.requests.tables import PrivacyRequest


def end(work: Work, row: PrivacyRequest, step: str, into: PrivacyRequestStatus | None = None) -> None:
    """Ends the request by a step of its life, and removes what is not needed to prove the case. TransitionRefused.
    into: the state, for a step that can lead to several."""
    PRIVACY_REQUEST.take(row, step, into)
    row.closed_at = work.now
    _minimise(work, row)


def _minimise(work: Work, row: PrivacyRequest) -> None:
    """What was asked, checked, decided and done when stays, with the name; ways to reach anybody go, and so do texts of
    the person, proposed values and stored answers that show them. The name goes too when the person was erased."""
    work.erase_answers(row)
    was_erased = row.kind is PrivacyRequestKind.ERASURE and is_granted(row) and row.recipients_told_at is not None
    row.subject = PrivacySubject(name=None if was_erased else row.subject.name, document_ids=row.subject.document_ids)
    if row.on_behalf_of is not None:
        row.on_behalf_of = PrivacyAgent(name=row.on_behalf_of.name)
    if row.correction:
        row.correction = [msgspec.structs.replace(each, proposed_value=None, evidence="") for each in row.correction]
    row.statement = row.appeal_text = None
    row.tries = row.identity_until = row.cooling_off_until = None
    identity.stop_code(row)
