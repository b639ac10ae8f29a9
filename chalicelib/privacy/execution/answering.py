"""Gives the person the answer once everybody who has the data too was told: by mail where there is an address and it
says all, else an officer does."""

from chalicelib.egress import mail
from chalicelib.egress.mail import MailRefused
from chalicelib.identity.tenants import service as tenants
from chalicelib.kernel.call import Call
from chalicelib.kernel.use_case import commit
from chalicelib.privacy.requests import execution, mails
from chalicelib.privacy.requests.content_schemas import PrivacyChannel, PrivacyRequestKind
from chalicelib.privacy.requests.tables import PrivacyRequest

_PACKED = frozenset({PrivacyRequestKind.ACCESS, PrivacyRequestKind.PORTABILITY})


def answer(call: Call, row: PrivacyRequest) -> None:
    """Notes that nobody has to be told any more, then gives the answer. A mail may come twice after a crash."""
    if row.recipients_told_at is None:
        if all(each.told_at is not None for each in row.recipients or ()):
            commit(call, execution.recipients_told, row.id)
    elif row.channel is PrivacyChannel.SELF_SERVICE:
        _mail(call, row)  # who is logged in finds the answer there, with or without a mail
        commit(call, execution.delivered, row.id)
    elif row.kind not in _PACKED and _mail(call, row):
        commit(call, execution.delivered, row.id)


def _mail(call: Call, row: PrivacyRequest) -> bool:
    """Whether the person was mailed that it is done."""
    if not row.subject.emails or not mail.is_configured():
        return False
    try:
        mail.send(call, mails.MAIL, row.id, mails.done(row, tenants.company(call)))
    except MailRefused:
        return False
    return True
