"""Deliveries: one small row each; the raw body is an object of the raw bucket."""

from pynamodb.indexes import GlobalSecondaryIndex

from chalicelib.integrations.connections.schemas import Platform
from chalicelib.integrations.inbox.schemas import DeliveryState, InboxQuery
from chalicelib.kernel.dynamo.attributes import Choice, Moment, Text, Whole
from chalicelib.kernel.dynamo.model import Document, index_meta, meta
from chalicelib.kernel.privacy import BUSINESS, ONE_YEAR_DAYS, USAGE, Partitions, Persons, Purpose, Retention
from chalicelib.kernel.views import View


class ByTime(GlobalSecondaryIndex["Delivery"]):
    Meta = index_meta("by_time")
    partition = Text(BUSINESS, hash_key=True)
    received_at = Text(USAGE, range_key=True)


class ByOpen(GlobalSecondaryIndex["Delivery"]):
    Meta = index_meta("by_open")
    open_in = Text(BUSINESS, hash_key=True)
    open_since = Text(USAGE, range_key=True)


class ByUnresolved(GlobalSecondaryIndex["Delivery"]):
    Meta = index_meta("by_unresolved")
    unresolved_in = Text(BUSINESS, hash_key=True)
    received_at = Text(USAGE, range_key=True)


class Delivery(Document):
    """Access: by id, which is made from the delivery; newest first (index); open ones by age, and those that wait for a
    person (sparse indexes).

    Limit: about 200 deliveries a second a tenant, five writes each.
    """

    Meta = meta("inbox")
    entity = "inbox_delivery"
    purposes = (Purpose.SYNCHRONISE,)
    persons = Persons(("customers",), Partitions.ONE, about=("order_id",), objects=("body_key",))
    connection_id = Text(BUSINESS)
    platform: Choice[Platform] = Choice(BUSINESS, Platform)
    topic = Text(BUSINESS)
    delivery_id = Text(BUSINESS)
    state: Choice[DeliveryState] = Choice(BUSINESS, DeliveryState)
    reason = Text(BUSINESS, null=True)
    detail = Text(BUSINESS, null=True)
    attempts = Whole(BUSINESS)
    waits = Whole(BUSINESS, null=True)
    external_id = Text(BUSINESS, null=True)
    order_id = Text(BUSINESS, null=True)
    body_key = Text(BUSINESS, null=True)
    received_at = Moment(USAGE)
    open_in = Text(BUSINESS, null=True)
    open_since = Moment(USAGE, null=True)
    unresolved_in = Text(BUSINESS, null=True)
    by_time = ByTime()
    by_open = ByOpen()
    by_unresolved = ByUnresolved()
    retention = (
        Retention(
            rule="webhook_bodies",
            days=30,
            since="received_at",
            basis="Needed to work on a delivery again; Shopify's own requests must be acted on within 30 days",
            releases="body_key",
        ),
        Retention(
            rule="inbox_rows",
            days=ONE_YEAR_DAYS,
            since="received_at",
            basis="As long as the access log: who sent what, and what became of it; no personal data",
            by_ttl=True,
        ),
    )

    def list_unresolved(self) -> None:
        """Puts the row into the index of those that wait for a person, or takes it out, by its state."""
        is_unresolved = self.state in (DeliveryState.QUARANTINED, DeliveryState.FAILED)
        self.unresolved_in = self.partition if is_unresolved else None


VIEWS: tuple[View[InboxQuery], ...] = (
    View(
        lambda request: ByUnresolved.unresolved_in == request.tenant.key(),
        needs=frozenset({"unresolved"}),
        sort="received_at",
        index="by_unresolved",
        filters=("state", "connection_id"),
        newest_first=True,
        when=lambda query: query.unresolved is True,
    ),
    View(
        lambda request: ByTime.partition == request.tenant.key(),
        sort="received_at",
        index="by_time",
        filters=("state", "connection_id"),
        newest_first=True,
    ),
)
