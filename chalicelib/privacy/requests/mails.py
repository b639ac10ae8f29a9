"""What is written to persons. A text of a lawyer may take the place of any of these; none is needed by law."""

from chalicelib.egress.mail import Mail
from chalicelib.kernel.privacy import BACKUP_DAYS
from chalicelib.privacy.persons.packages import KEPT_DAYS
from chalicelib.privacy.requests.content_schemas import PrivacyRequestKind
from chalicelib.privacy.requests.tables import PrivacyRequest

MAIL = "mail"
"""The party that mails are sent through, as the module declares it."""
_TEXT = """\
Somebody has asked {company} in your name about your personal data (request {number}).

To show that it was you, enter this code where you have asked, or tell it to the person at {company} who asks for it:

    {code}

It is valid for ten minutes. If you have not asked for anything, do nothing: without the code nothing happens.
"""


_DONE = """\
{company} has done what you have asked for about your personal data (request {number}).

{how}
"""
_HOW = {
    PrivacyRequestKind.ERASURE: "Your data was erased, except what a law says must be kept. In at most {days} days it"
    " is gone from backups too.",
    PrivacyRequestKind.CORRECTION: "What was wrong was corrected.",
    PrivacyRequestKind.RESTRICTION: "Your data is kept, and not used any more.",
    PrivacyRequestKind.OBJECTION: "Your data is not used any more for what you object to.",
}
_PACKED = "Log in to fetch a copy of your data. It is there for {days} days."


def done(row: PrivacyRequest, company: str) -> Mail:
    """The mail that what was asked for is done, to the first address of the request."""
    how = _HOW[row.kind].format(days=BACKUP_DAYS) if row.kind in _HOW else _PACKED.format(days=KEPT_DAYS)
    text = _DONE.format(company=company, number=row.number, how=how)
    return Mail(row.subject.emails[0], f"Your request {row.number} is done", text)


def code(row: PrivacyRequest, company: str, value: str) -> Mail:
    """The mail with a code, to the first address of the request."""
    text = _TEXT.format(company=company, number=row.number, code=value)
    return Mail(row.subject.emails[0], f"Your code for the request {row.number}", text)
