"""What is written to persons. A text of a lawyer may take the place of any of these; none is needed by law."""

from chalicelib.egress.mail import Mail
from chalicelib.privacy.requests.tables import PrivacyRequest

MAIL = "mail"
"""The party that mails are sent through, as the module declares it."""
_TEXT = """\
Somebody has asked {company} in your name about your personal data (request {number}).

To show that it was you, enter this code where you have asked, or tell it to the person at {company} who asks for it:

    {code}

It is valid for ten minutes. If you have not asked for anything, do nothing: without the code nothing happens.
"""


def code(row: PrivacyRequest, company: str, value: str) -> Mail:
    """The mail with a code, to the first address of the request."""
    text = _TEXT.format(company=company, number=row.number, code=value)
    return Mail(row.subject.emails[0], f"Your code for the request {row.number}", text)
