"""Refusals of privacy requests."""

from chalicelib.kernel.errors import Conflict


class MailNotConfigured(Conflict):
    """The operator has configured no address that mails can come from."""

    code = "mail_not_configured"
    title = "No mail can be sent: the operator has configured no sender"


class NoAddress(Conflict):
    """The request names no e-mail address."""

    code = "no_address"
    title = "There is no e-mail address that a code could be sent to"


class NoExtension(Conflict):
    """The time cannot be extended."""

    code = "no_extension"
    title = "The time for this request cannot be extended"
