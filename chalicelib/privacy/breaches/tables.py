"""Breaches: one row each, and a row for each time that somebody was told, which nobody can change."""

from datetime import datetime

from pynamodb.indexes import GlobalSecondaryIndex

from chalicelib.kernel import clock
from chalicelib.kernel.dynamo.attributes import Choice, Flag, Moment, Struct, Text, Whole
from chalicelib.kernel.dynamo.model import Document, Row, index_meta, meta
from chalicelib.kernel.privacy import BUSINESS, FREE_TEXT, USAGE, Partitions, Persons
from chalicelib.kernel.tenant import PLATFORM
from chalicelib.kernel.views import View
from chalicelib.privacy.breaches.notification_schemas import Recipient
from chalicelib.privacy.breaches.schemas import (
    BreachNature,
    BreachQuery,
    BreachStatus,
    PersonCategory,
    RecordCategory,
    Risk,
)

ALARMS = PLATFORM.key("breach_alarms")
"""Where the platform finds the deadlines of all tenants."""
_KEPT = "Register of breaches, which GDPR Art. 33(5) wants kept"
NONE_RUNS = "none"
"""Sorts after every time."""


class ByOpen(GlobalSecondaryIndex["Breach"]):
    Meta = index_meta("by_open")
    open_in = Text(BUSINESS, hash_key=True)
    open_until = Text(USAGE, range_key=True)


class ByAlarm(GlobalSecondaryIndex["Breach"]):
    Meta = index_meta("by_alarm")
    alarm_in = Text(BUSINESS, hash_key=True)
    alarm_at = Text(USAGE, range_key=True)


class Notification(Row):
    """Access: by breach, in the order in which they were noted. Never changed: no function may."""

    Meta = meta("breach_notifications")
    persons = Persons(("staff", "customers", "vendors"), Partitions.DOCUMENTS, kept=_KEPT)
    partition = Text(BUSINESS, hash_key=True)
    id = Text(BUSINESS, range_key=True)
    recipient: Choice[Recipient] = Choice(BUSINESS, Recipient)
    told_at = Moment(BUSINESS)
    name = Text(FREE_TEXT, null=True)
    recipient_reference = Text(FREE_TEXT, null=True)
    said = Text(FREE_TEXT)
    delay_reason = Text(FREE_TEXT, null=True)
    noted_at = Moment(USAGE)
    noted_by = Text(USAGE)


class Breach(Document):
    """Access: by id, all of a tenant, newest first; open ones by the next deadline (sparse index); those of all tenants
    whose deadlines run, by the next alarm (sparse index under the platform; few rows).

    first_assessed_at: the internal deadline ended then, however often it is assessed anew. untold_since: since when it
    is decided that the authority is not told. open_until: the next deadline that runs, or NONE_RUNS. alarms: those that
    were raised, such as `authority:50`. Limit: 1,000 write units a second for a tenant.
    """

    Meta = meta("breaches")
    entity = "breach"
    parts = (Notification,)
    persons = Persons(("staff", "customers", "vendors"), Partitions.ONE, kept=_KEPT)
    number = Text(BUSINESS)
    status: Choice[BreachStatus] = Choice(BUSINESS, BreachStatus)
    detected_at = Moment(BUSINESS)
    occurred_from = Moment(BUSINESS, null=True)
    occurred_to = Moment(BUSINESS, null=True)
    facts = Text(FREE_TEXT)
    natures: Struct[list[BreachNature]] = Struct(BUSINESS, list[BreachNature])
    person_categories: Struct[list[PersonCategory]] = Struct(BUSINESS, list[PersonCategory], null=True)
    person_count = Whole(BUSINESS, null=True)
    record_categories: Struct[list[RecordCategory]] = Struct(BUSINESS, list[RecordCategory], null=True)
    record_count = Whole(BUSINESS, null=True)
    consequences = Text(FREE_TEXT, null=True)
    measures = Text(FREE_TEXT, null=True)
    concerns_platform_data = Flag(BUSINESS)
    risk: Choice[Risk] = Choice(BUSINESS, Risk, null=True)
    risk_reason = Text(FREE_TEXT, null=True)
    must_tell_authority = Flag(BUSINESS, null=True)
    no_authority_reason = Text(FREE_TEXT, null=True)
    must_tell_persons = Flag(BUSINESS, null=True)
    no_persons_reason = Text(FREE_TEXT, null=True)
    assessed_at = Moment(USAGE, null=True)
    first_assessed_at = Moment(USAGE, null=True)
    untold_since = Moment(USAGE, null=True)
    authority_told_at = Moment(BUSINESS, null=True)
    persons_told_at = Moment(BUSINESS, null=True)
    platform_told_at = Moment(BUSINESS, null=True)
    notification_count = Whole(BUSINESS)
    closed_at = Moment(USAGE, null=True)
    open_in = Text(BUSINESS, null=True)
    open_until = Text(USAGE, null=True)
    alarm_in = Text(BUSINESS, null=True)
    alarm_at = Moment(USAGE, null=True)
    alarms: Struct[list[str]] = Struct(BUSINESS, list[str], null=True)
    by_open = ByOpen()
    by_alarm = ByAlarm()

    def list_open(self, due_at: datetime | None, alarm_at: datetime | None) -> None:
        """Puts the row into the indexes of open ones and of alarms, or takes it out, by its state."""
        is_open = self.status is not BreachStatus.CLOSED
        self.open_in = self.partition if is_open else None
        self.open_until = (NONE_RUNS if due_at is None else clock.text(due_at)) if is_open else None
        self.alarm_in, self.alarm_at = (None, None) if alarm_at is None else (ALARMS, alarm_at)


VIEWS: tuple[View[BreachQuery], ...] = (
    View(
        lambda request: (ByOpen.open_in == request.tenant.key()) & (ByOpen.open_until <= clock.text(clock.now())),
        needs=frozenset({"overdue"}),
        sort="due_at",
        index="by_open",
        filters=("status", "risk"),
        when=lambda query: query.overdue is True,
    ),
    View(lambda request: Breach.partition == request.tenant.key(), newest_first=True, filters=("status", "risk")),
)
