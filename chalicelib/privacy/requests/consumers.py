"""Mails the codes that requests want: made and stored first, then mailed, then noted as mailed. Whoever dies in between
leaves the request as one that wants a code, and the next one makes a new one."""

from collections.abc import Sequence

from chalicelib.egress import mail
from chalicelib.egress.mail import MailRefused
from chalicelib.events.schemas import Change
from chalicelib.identity.tenants import service as tenants
from chalicelib.kernel.call import Call
from chalicelib.kernel.quotas import QuotaReached
from chalicelib.kernel.use_case import commit, use_case
from chalicelib.kernel.work import Work
from chalicelib.privacy.requests import events, identity, mails, repository
from chalicelib.privacy.requests.decision_schemas import PrivacyMailState
from chalicelib.privacy.requests.mails import MAIL
from chalicelib.privacy.requests.tables import PrivacyRequest


def mail_codes(call: Call, changes: Sequence[Change]) -> None:
    """Mails a code for each request that wants one. May be repeated. Contention while mails cannot be sent."""
    for request_id in dict.fromkeys(change.entity_id for change in changes):
        _mail(call, request_id)


def _mail(call: Call, request_id: str) -> None:
    row = repository.read(call, request_id)
    if not row.code_wanted or not row.subject.emails:
        return
    if not mail.is_configured():
        commit(call, note, request_id, PrivacyMailState.NO_SENDER)
        return
    code = identity.new_code()
    try:
        made = commit(call, make, request_id, code)
        if made is not None:
            mail.send(call, MAIL, request_id, mails.code(made, tenants.company(call), code))
            commit(call, note, request_id, PrivacyMailState.SENT, code)
    except QuotaReached:
        commit(call, note, request_id, PrivacyMailState.TOO_MANY)
    except MailRefused:
        commit(call, note, request_id, PrivacyMailState.REFUSED)


@use_case(events.CODE_MADE)
def make(work: Work, request_id: str, code: str) -> PrivacyRequest | None:
    """Stores the code that is mailed next, and returns the request, whose first address it proves; None when no code
    is wanted any more. QuotaReached."""
    row = repository.load(work, request_id)
    if not row.code_wanted or not row.subject.emails:
        return None
    identity.made(work, row, code)
    return repository.save(work, row)


@use_case(events.CODE_NOT_MAILED)
def note(work: Work, request_id: str, state: PrivacyMailState, code: str | None = None) -> None:
    """Stores what became of the mail, unless the request waits for none any more, or for another than that with the
    code."""
    row = repository.load(work, request_id)
    if not row.code_wanted or (code is not None and not identity.is_current(work, row, code)):
        return
    identity.mailed(row, state)
    repository.save(work, row)
    if state is PrivacyMailState.SENT:
        work.annotate(event=events.CODE_MAILED)
