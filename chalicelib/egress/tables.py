"""The disclosure log: what was told of whom, to whom, when and why. Names of fields, never values."""

from chalicelib.egress.schemas import DisclosureQuery
from chalicelib.kernel.dynamo.attributes import Moment, Struct, Text
from chalicelib.kernel.dynamo.model import Row, meta
from chalicelib.kernel.lists import View
from chalicelib.kernel.months import MONTHS
from chalicelib.kernel.privacy import BUSINESS, USAGE, Retention


class Disclosure(Row):
    """Access: by month, newest first; about whom is a bounded filter. Written before the call is made: a disclosure
    without a record cannot be, a record without one can."""

    Meta = meta("disclosures")
    partition = Text(BUSINESS, hash_key=True)
    id = Text(BUSINESS, range_key=True)
    about = Text(BUSINESS)
    fields: Struct[list[str]] = Struct(BUSINESS, list[str])
    recipient = Text(BUSINESS)
    purpose = Text(BUSINESS)
    at = Moment(USAGE)
    actor = Text(USAGE)
    request_id = Text(USAGE)
    retention = Retention(
        rule="disclosures",
        days=3 * 365,
        since="at",
        basis="GDPR Art. 15(1)(c), Art. 19: whoever asks is told the recipients; three years is the usual limitation",
    )


VIEWS: tuple[View[DisclosureQuery], ...] = (
    View(
        lambda asked: Disclosure.partition == asked.tenant.key(asked.bucket),
        filters=("about", "recipient"),
        newest_first=True,
        buckets=MONTHS,
    ),
)
