"""API schemas of personal data breaches."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from chalicelib.kernel import ids
from chalicelib.kernel.pages import CreationQuery, PageQuery
from chalicelib.kernel.schemas import AllowedTransitions, Schema, Stamped
from chalicelib.kernel.texts import prose
from chalicelib.privacy.breaches.notification_schemas import BreachNotification

MOST_PERSONS = 10_000_000_000
_WRITTEN = Meta(min_length=1)
BreachId = Annotated[str, ids.described("bre", "the breach")]


class BreachStatus(StrEnum):
    """`recorded`: known, and not assessed. `assessed`: its risk, and who has to be told, are decided. `closed`: its
    documentation is complete."""

    RECORDED = "recorded"
    ASSESSED = "assessed"
    CLOSED = "closed"


class Risk(StrEnum):
    """The risk for the rights and freedoms of persons. `none`: unlikely. `risk`: the authority has to be told (GDPR
    Art. 33). `high_risk`: the persons too (Art. 34)."""

    NONE = "none"
    RISK = "risk"
    HIGH_RISK = "high_risk"


class BreachNature(StrEnum):
    """`confidentiality`: somebody saw data who may not. `integrity`: data was altered. `availability`: data was lost or
    could not be reached."""

    CONFIDENTIALITY = "confidentiality"
    INTEGRITY = "integrity"
    AVAILABILITY = "availability"


class PersonCategory(StrEnum):
    """Whose data it is."""

    CUSTOMERS = "customers"
    VENDOR_CONTACTS = "vendor_contacts"
    USERS = "users"
    EMPLOYEES = "employees"
    CHILDREN = "children"
    OTHERS = "others"


class RecordCategory(StrEnum):
    """Which data it is: the classes of the data map; `special` for the categories of GDPR Art. 9 and 10; `other`."""

    IDENTITY = "identity"
    CONTACT = "contact"
    ADDRESS = "address"
    FINANCIAL = "financial"
    CREDENTIAL = "credential"
    USAGE = "usage"
    BUSINESS = "business"
    SPECIAL = "special"
    OTHER = "other"


DetectedAt = Annotated[
    datetime,
    Meta(
        tz=True,
        description="When somebody of the tenant became aware of it. The deadlines count from here, so it can be "
        "corrected to an earlier time only.",
        examples=["2026-01-12T08:15:00Z"],
    ),
]
OccurredFrom = Annotated[datetime, Meta(tz=True, description="When it began; null while that is not known.")]
OccurredTo = Annotated[datetime, Meta(tz=True, description="When it ended; null while it goes on or is not known.")]
Facts = Annotated[str, prose(4000, description="What happened (GDPR Art. 33(5))."), _WRITTEN]
Natures = Annotated[list[BreachNature], Meta(min_length=1, max_length=3, description="Of which nature it is.")]
Persons = Annotated[list[PersonCategory], Meta(max_length=6, description="Whose data it is.")]
Records = Annotated[list[RecordCategory], Meta(max_length=9, description="Which data it is.")]
PersonCount = Annotated[
    int, Meta(ge=0, le=MOST_PERSONS, description="About how many persons it concerns; null while that is not known.")
]
RecordCount = Annotated[
    int, Meta(ge=0, le=MOST_PERSONS, description="About how many records it concerns; null while that is not known.")
]
Consequences = Annotated[
    str, prose(4000, description="The likely consequences for the persons; null while they are not known.")
]
Measures = Annotated[
    str,
    prose(
        4000,
        description="What was done, or is going to be done, against it and against its consequences; "
        "null for nothing yet.",
    ),
]
ConcernsPlatformData = Annotated[
    bool,
    Meta(
        description="Whether it concerns data that came from a connected platform. Some want to be told within 24 "
        "hours, such as Amazon; the internal deadline then ends only when a platform was told."
    ),
]


class BreachFields(Schema, frozen=True, kw_only=True):
    """What is known of a breach."""

    detected_at: DetectedAt
    occurred_from: OccurredFrom | None = None
    occurred_to: OccurredTo | None = None
    facts: Facts
    natures: Natures
    person_categories: Persons = []
    person_count: PersonCount | None = None
    record_categories: Records = []
    record_count: RecordCount | None = None
    consequences: Consequences | None = None
    measures: Measures | None = None
    concerns_platform_data: ConcernsPlatformData = False


class NewBreach(BreachFields, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A breach as far as it is known; everything else can follow."""


class BreachChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Only the fields that are given change."""

    detected_at: DetectedAt | UnsetType = UNSET
    occurred_from: OccurredFrom | None | UnsetType = UNSET
    occurred_to: OccurredTo | None | UnsetType = UNSET
    facts: Facts | UnsetType = UNSET
    natures: Natures | UnsetType = UNSET
    person_categories: Persons | UnsetType = UNSET
    person_count: PersonCount | None | UnsetType = UNSET
    record_categories: Records | UnsetType = UNSET
    record_count: RecordCount | None | UnsetType = UNSET
    consequences: Consequences | None | UnsetType = UNSET
    measures: Measures | None | UnsetType = UNSET
    concerns_platform_data: ConcernsPlatformData | UnsetType = UNSET


RiskReason = Annotated[str, prose(2000, description="Why the risk is seen so; null until it is assessed."), _WRITTEN]
ToldAuthority = Annotated[
    bool, Meta(description="Whether the authority has to be told; it need not be only when there is no risk.")
]
ToldPersons = Annotated[bool, Meta(description="Whether the persons have to be told.")]
WhyNotAuthority = Annotated[
    str, prose(2000, description="Why the authority is not told; null when it is told, or nothing is decided.")
]
WhyNotPersons = Annotated[
    str,
    prose(
        2000, description="Why the persons are not told, which a high risk needs (GDPR Art. 34(3)); null for no reason."
    ),
]


class Assessment(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The risk of a breach, and who has to be told. A later assessment replaces it."""

    risk: Annotated[Risk, Meta(description="How high the risk for the persons is.")]
    risk_reason: RiskReason
    must_tell_authority: ToldAuthority
    no_authority_reason: WhyNotAuthority | None = None
    must_tell_persons: ToldPersons
    no_persons_reason: WhyNotPersons | None = None


class Clock(msgspec.Struct, frozen=True, kw_only=True):
    """A deadline of a breach, at the time of the answer."""

    due_at: Annotated[datetime, Meta(description="When it ends.")]
    stopped_at: Annotated[
        datetime | None, Meta(description="When what it is for was done or decided; null while it runs.")
    ]
    hours_left: Annotated[
        int | None, Meta(description="Whole hours until it ends, 0 when it has passed; null when it does not run.")
    ]
    is_overdue: Annotated[bool, Meta(description="Whether it runs and has passed.")]
    was_late: Annotated[bool, Meta(description="Whether it had passed before it was stopped; it may still run.")]


class Breach(BreachFields, Stamped, frozen=True, kw_only=True):
    """A personal data breach in the register of the tenant."""

    id: BreachId
    number: Annotated[str, Meta(description="Its number in the register.", examples=["BR-2026-000001"])]
    status: Annotated[BreachStatus, Meta(description="How far it is.")]
    risk: Annotated[Risk | None, Meta(description="The risk; null until it is assessed.")]
    risk_reason: RiskReason | None
    must_tell_authority: Annotated[
        bool | None, Meta(description="Whether the authority has to be told; null until that is decided.")
    ]
    no_authority_reason: WhyNotAuthority | None
    must_tell_persons: Annotated[
        bool | None, Meta(description="Whether the persons have to be told; null until that is decided.")
    ]
    no_persons_reason: WhyNotPersons | None
    assessed_at: Annotated[datetime | None, Meta(description="When it was last assessed; null for never.")]
    authority_told_at: Annotated[datetime | None, Meta(description="When an authority was first told; null for never.")]
    persons_told_at: Annotated[datetime | None, Meta(description="When persons were first told; null for never.")]
    platform_told_at: Annotated[datetime | None, Meta(description="When a platform was first told; null for never.")]
    notification_count: Annotated[int, Meta(description="How many entries the list of who was told has.")]
    closed_at: Annotated[datetime | None, Meta(description="When it was closed; null while it is open.")]
    due_at: Annotated[datetime | None, Meta(description="The next deadline that runs; null when none does.")]
    hours_left: Annotated[
        int | None, Meta(description="Whole hours until `due_at`, 0 when it has passed; null when none runs.")
    ]
    is_overdue: Annotated[bool, Meta(description="Whether a deadline has passed and what it is for is not done.")]
    internal_clock: Annotated[
        Clock,
        Meta(description="24 hours: until then it has to be assessed, and platforms told whose data it concerns."),
    ]
    authority_clock: Annotated[
        Clock,
        Meta(description="72 hours: until then the authority has to be told, or decided that it need not be."),
    ]
    allowed_transitions: AllowedTransitions


class BreachQuery(CreationQuery, frozen=True, kw_only=True):
    """All breaches, newest first; or those of which a deadline has passed, the longest overdue first."""

    status: Annotated[BreachStatus, Meta(description="Only breaches with this status.")] | None = None
    risk: Annotated[Risk, Meta(description="Only breaches with this risk.")] | None = None
    overdue: Annotated[bool, Meta(description="True for only those of which a deadline has passed.")] | None = None


class RegisterQuery(PageQuery, frozen=True, kw_only=True):
    """A page of the register."""

    limit: Annotated[int, Meta(ge=1, le=25, description="Breaches per page; 25 by default.")] = 25


class RegisterEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A breach with everybody who was told: its facts, effects and remedies, as GDPR Art. 33(5) wants them kept."""

    breach: Annotated[Breach, Meta(description="The breach as it is now.")]
    notifications: Annotated[list[BreachNotification], Meta(description="Who was told, the first first.")]
