"""What a tenant says of sub-processors and processor terms."""

from chalicelib.kernel.dynamo.attributes import Day, Moment, Text
from chalicelib.kernel.dynamo.model import Document, Row, meta
from chalicelib.kernel.privacy import BUSINESS, FREE_TEXT, USAGE, Partitions, Persons
from chalicelib.kernel.views import View
from chalicelib.privacy.processors.schemas import ObjectionQuery


class Objection(Document):
    """Access: all of a tenant, newest first. A few for each tenant."""

    Meta = meta("processor_objections")
    entity = "processor_objection"
    persons = Persons(("staff",), Partitions.ONE)
    change = Text(BUSINESS)
    processor = Text(BUSINESS)
    effective_on = Day(BUSINESS)
    grounds = Text(FREE_TEXT)


class Acceptance(Row):
    """Access: all of a tenant; by the version of the terms, which is accepted once. Never changed."""

    Meta = meta("processor_acceptances")
    partition = Text(BUSINESS, hash_key=True)
    terms_version = Text(BUSINESS, range_key=True)
    accepted_at = Moment(USAGE)
    accepted_by = Text(USAGE)


VIEWS: tuple[View[ObjectionQuery], ...] = (
    View(lambda request: Objection.partition == request.tenant.key(), newest_first=True),
)
