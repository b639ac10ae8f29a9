"""The disclosure log: which fields of whom were sent, to whom, when and why. It holds names of fields, no values."""

from chalicelib.egress.schemas import DisclosureQuery
from chalicelib.kernel.dynamo.attributes import Moment, Struct, Text
from chalicelib.kernel.dynamo.model import Row, meta
from chalicelib.kernel.months import MONTHS
from chalicelib.kernel.privacy import BUSINESS, ONE_YEAR_DAYS, USAGE, Partitions, Persons, Retention
from chalicelib.kernel.views import View


class Disclosure(Row):
    """Access: by month, newest first; about whom is a bounded filter. Written before the call is made, so that there
    may be an entry without a disclosure but never a disclosure without an entry."""

    Meta = meta("disclosures")
    persons = Persons(
        (),
        Partitions.MONTHS,
        about=("about",),
        kept="Disclosure log: names of fields without values, as proof of what was sent to whom",
    )
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
        days=3 * ONE_YEAR_DAYS,
        since="at",
        basis="GDPR Art. 15(1)(c), Art. 19: whoever asks is told the recipients; three years is the usual limitation",
        by_ttl=True,
    )


VIEWS: tuple[View[DisclosureQuery], ...] = (
    View(
        lambda request: Disclosure.partition == request.tenant.key(request.bucket),
        filters=("about", "recipient"),
        newest_first=True,
        buckets=MONTHS,
    ),
)
