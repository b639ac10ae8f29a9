"""Requests of persons about their data."""

from datetime import datetime
from typing import Any

from pynamodb.indexes import GlobalSecondaryIndex

from chalicelib.kernel import clock, ids
from chalicelib.kernel.dynamo.attributes import Choice, Flag, Moment, Struct, Text, Whole
from chalicelib.kernel.dynamo.model import Document, index_meta, meta
from chalicelib.kernel.lookup_tokens import lookup_token
from chalicelib.kernel.months import MONTHS
from chalicelib.kernel.pages import PageQuery
from chalicelib.kernel.privacy import (
    BUSINESS,
    CREDENTIAL,
    FREE_TEXT,
    IDENTITY,
    ONE_YEAR_DAYS,
    USAGE,
    Basis,
    Partitions,
    Persons,
    Retention,
)
from chalicelib.kernel.tenant import PLATFORM, Tenant
from chalicelib.kernel.views import Filter, View, required
from chalicelib.privacy.persons.schemas import ErasurePreview
from chalicelib.privacy.requests.content_schemas import (
    PrivacyAgent,
    PrivacyChannel,
    PrivacyCorrection,
    PrivacyLane,
    PrivacyRequestKind,
    PrivacySubject,
)
from chalicelib.privacy.requests.decision_schemas import (
    ExtensionReason,
    HoldReason,
    IdentityMethod,
    PrivacyDecision,
    PrivacyMailState,
    PrivacyRecipient,
)
from chalicelib.privacy.requests.law_schemas import PrivacyLaw
from chalicelib.privacy.requests.schemas import PrivacyRequestQuery, PrivacyRequestStatus


class ByClock(GlobalSecondaryIndex["PrivacyRequest"]):
    Meta = index_meta("by_clock")
    clock = Text(BUSINESS, hash_key=True)
    runs_out = Text(USAGE, range_key=True)


class ByRequester(GlobalSecondaryIndex["PrivacyRequest"]):
    Meta = index_meta("by_requester")
    requester = Text(USAGE, hash_key=True)
    id = Text(BUSINESS, range_key=True)


class ByWakeTime(GlobalSecondaryIndex["PrivacyRequest"]):
    Meta = index_meta("by_wake_time")
    waiting = Text(BUSINESS, hash_key=True)
    wake_at = Text(USAGE, range_key=True)


class PrivacyRequest(Document):
    """Access: by id (the month is in it), newest first by month; unanswered ones by the end of their time; of a user;
    over all tenants, by the time when something happens by itself (sparse indexes; the last one under the platform).

    requester: whose account has asked. code_token: of the code that was mailed last; tries: how often a wrong one
    was entered. code_wanted: a code is to be mailed. identity_until: when it expires, and then when it is closed.
    warned: the last share of its time that was reported. search_id: the search for the person's data; job_id: the job
    that works on what was granted; recipients: who has the data too; erased: what the erasure takes, and what stays.
    clock, runs_out: present while its time runs. waiting, wake_at: present while it waits for a time.
    Limit: 1,000 write units a second a tenant and month.
    """

    Meta = meta("privacy_requests")
    entity = "privacy_request"
    persons = Persons(
        ("customers", "vendors", "staff"),
        Partitions.MONTHS,
        kept="File of a request: it shows that the request was answered, and ends after three years",
    )
    basis = Basis.LEGAL_OBLIGATION
    retention = Retention(
        rule="privacy_requests",
        days=3 * ONE_YEAR_DAYS,
        since="closed_at",
        basis="The file shows that a request was answered: 24 months by 11 CCR 7101, and the usual limitation",
        by_ttl=True,
    )
    number = Text(BUSINESS)
    kind: Choice[PrivacyRequestKind] = Choice(BUSINESS, PrivacyRequestKind)
    lane: Choice[PrivacyLane] = Choice(BUSINESS, PrivacyLane)
    channel: Choice[PrivacyChannel] = Choice(BUSINESS, PrivacyChannel)
    law: Choice[PrivacyLaw] = Choice(BUSINESS, PrivacyLaw)
    status: Choice[PrivacyRequestStatus] = Choice(BUSINESS, PrivacyRequestStatus)
    subject: Struct[PrivacySubject] = Struct(IDENTITY, PrivacySubject)
    on_behalf_of: Struct[PrivacyAgent] = Struct(IDENTITY, PrivacyAgent, null=True)
    statement = Text(FREE_TEXT, null=True)
    correction: Struct[list[PrivacyCorrection]] = Struct(FREE_TEXT, list[PrivacyCorrection], null=True)
    gpc = Flag(BUSINESS)
    decision: Struct[PrivacyDecision] = Struct(FREE_TEXT, PrivacyDecision, null=True)
    appealed_decision: Struct[PrivacyDecision] = Struct(FREE_TEXT, PrivacyDecision, null=True)
    appeal_text = Text(FREE_TEXT, null=True)
    duplicate_of = Text(BUSINESS, null=True)
    search_id = Text(BUSINESS, null=True)
    job_id = Text(BUSINESS, null=True)
    recipients: Struct[list[PrivacyRecipient]] = Struct(BUSINESS, list[PrivacyRecipient], null=True)
    erased: Struct[ErasurePreview] = Struct(BUSINESS, ErasurePreview, null=True)
    hold_reason: Choice[HoldReason] = Choice(BUSINESS, HoldReason, null=True)
    failed_in: Choice[PrivacyRequestStatus] = Choice(BUSINESS, PrivacyRequestStatus, null=True)
    requester = Text(USAGE, null=True)
    code_token = Text(CREDENTIAL, null=True)
    code_until = Moment(USAGE, null=True)
    code_wanted = Flag(BUSINESS, null=True)
    identity_until = Moment(BUSINESS, null=True)
    tries = Whole(USAGE, null=True)
    mail: Choice[PrivacyMailState] = Choice(BUSINESS, PrivacyMailState, null=True)
    received_at = Moment(USAGE)
    acknowledged_at = Moment(USAGE, null=True)
    identity_at = Moment(USAGE, null=True)
    identity_how: Choice[IdentityMethod] = Choice(BUSINESS, IdentityMethod, null=True)
    due_at = Moment(BUSINESS)
    extended_to = Moment(BUSINESS, null=True)
    extension_reason: Choice[ExtensionReason] = Choice(BUSINESS, ExtensionReason, null=True)
    notice_at = Moment(BUSINESS, null=True)
    cooling_off_until = Moment(BUSINESS, null=True)
    recipients_told_at = Moment(BUSINESS, null=True)
    first_response_at = Moment(BUSINESS, null=True)
    appealed_at = Moment(BUSINESS, null=True)
    appeal_due_at = Moment(BUSINESS, null=True)
    closed_at = Moment(BUSINESS, null=True)
    warned = Whole(BUSINESS, null=True)
    clock = Text(BUSINESS, null=True)
    runs_out = Moment(USAGE, null=True)
    waiting = Text(BUSINESS, null=True)
    wake_at = Moment(USAGE, null=True)
    by_clock = ByClock()
    by_requester = ByRequester()
    by_wake_time = ByWakeTime()


WAITING = PLATFORM.key("privacy_requests")
SANDBOXES = PLATFORM.key("privacy_requests_of_sandboxes")
"""Their clocks go as they were set, so all of them are looked at each time."""


class OwnRequestQuery(PageQuery, frozen=True, kw_only=True):
    """The requests of one user, who is no parameter of the route."""

    requester: str | None = None


def partition(tenant: Tenant, request_id: str) -> str:
    """The partition of a request, by its id."""
    return tenant.key(ids.month(request_id))


def requester_key(tenant: Tenant, subject: str) -> str:
    """The key of the requests of a user, by the `sub` of his tokens."""
    return tenant.key("requester", subject)


def clock_key(tenant: Tenant) -> str:
    """The key of the requests whose time runs."""
    return tenant.key("clock")


def email_token(tenant: Tenant, email: str) -> str:
    """The token that stands for an address where it must not be told."""
    return lookup_token(tenant, "privacy_email", email)


def is_overdue(row: Any, now: datetime) -> bool:
    """Whether its time runs and is over."""
    return row.runs_out is not None and row.runs_out < now


VIEWS: tuple[View[PrivacyRequestQuery], ...] = (
    View(
        lambda request: PrivacyRequest.partition == request.tenant.key(request.bucket),
        filters=(
            "status",
            "kind",
            "law",
            Filter("overdue", lambda row, value: is_overdue(row, clock.now()) is value),
        ),
        newest_first=True,
        buckets=MONTHS,
    ),
)
OWN_VIEWS: tuple[View[OwnRequestQuery], ...] = (
    View(
        lambda request: ByRequester.requester == required(request.query.requester),
        needs=frozenset({"requester"}),
        index="by_requester",
        newest_first=True,
    ),
)
