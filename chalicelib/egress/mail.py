"""Mail: the one place from which it leaves. That a person is written to is in the disclosure log first."""

from dataclasses import dataclass, field

from botocore.exceptions import ClientError

from chalicelib.egress import service
from chalicelib.egress.service import Destination
from chalicelib.kernel import config, log, outages
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import client
from chalicelib.kernel.errors import Contention

_CHARSET = "UTF-8"
_FOR_GOOD = frozenset({"BadRequestException", "MessageRejected"})
"""SES will say the same of this mail however often it is asked."""


class MailRefused(Exception):
    """The mail cannot be sent, now or later. Nothing was sent."""


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail of plain text to one address."""

    to: str = field(repr=False)
    subject: str
    text: str = field(repr=False)


def is_configured() -> bool:
    """Whether there is an address that mails can come from."""
    return bool(config.current().mail_sender)


def send(call: Call, party: str, about: str, mail: Mail) -> None:
    """Sends a mail through the declared `party` to the person `about`, whose address is in the disclosure log first.

    MailRefused when no sender is configured, or for a mail that SES will never take; Contention when it takes none now.
    """
    if not is_configured():
        raise MailRefused("no sender is configured")
    service.record(call, Destination.of(party, ""), about, ["email"])
    content = {
        "Subject": {"Data": mail.subject, "Charset": _CHARSET},
        "Body": {"Text": {"Data": mail.text, "Charset": _CHARSET}},
    }
    try:
        with outages.as_contention():
            client.aws("sesv2").send_email(
                FromEmailAddress=config.current().mail_sender,
                Destination={"ToAddresses": [mail.to]},
                Content={"Simple": content},
            )
    except ClientError as error:
        log.count("MailRefused")
        log.logger().error("a mail was refused", reason=log.reason_of(error), about=about)
        if error.response["Error"]["Code"] in _FOR_GOOD:
            raise MailRefused(log.reason_of(error)) from error
        raise Contention("Mails cannot be sent now.") from error
