"""API schemas of privacy requests."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from chalicelib.jobs.schemas import JobIdentifier
from chalicelib.kernel.pages import DocumentQuery
from chalicelib.kernel.schemas import AllowedTransitions, Schema, Stamped
from chalicelib.privacy.persons.schemas import ErasurePreview, SearchId
from chalicelib.privacy.requests.content_schemas import (
    Correction,
    PrivacyAgent,
    PrivacyChannel,
    PrivacyLane,
    PrivacyRequestId,
    PrivacyRequestKind,
    PrivacySubject,
    Statement,
)
from chalicelib.privacy.requests.decision_schemas import (
    ExtensionReason,
    HoldReason,
    IdentityMethod,
    PrivacyDecision,
    PrivacyMailState,
    PrivacyRecipient,
)
from chalicelib.privacy.requests.law_schemas import Law

Kind = Annotated[PrivacyRequestKind, Meta(description="What the person asks for.")]
Agent = Annotated[PrivacyAgent | None, Meta(description="Who asks for the person; null when the person does.")]


class PrivacyRequestStatus(StrEnum):
    """`received`: nobody has looked at it. `awaiting_identity`: the identity is to be checked. `verify_failed`: a
    wrong code was entered three times. `expired`: the identity was not shown in 30 days. `scoping`: it is being found
    out what it is about. `clarification_needed`: the person was asked something. `on_hold_legal`: nothing may go for
    now. `decided`: granted, in part, or refused. `cooling_off`: an erasure begins in three days, and can be stopped
    until then. `executing`, `verifying`, `notifying_recipients`: it is being done, the result is checked, other
    parties are told. `failed_retryable`: one of these has failed. `delivered`: the person has the answer. `closed`:
    all is over. `appealed`: the person does not accept the decision. `withdrawn`: by the person. `cancelled`: by an
    officer. `duplicate`: another request leads."""

    RECEIVED = "received"
    AWAITING_IDENTITY = "awaiting_identity"
    VERIFY_FAILED = "verify_failed"
    EXPIRED = "expired"
    SCOPING = "scoping"
    CLARIFICATION_NEEDED = "clarification_needed"
    ON_HOLD_LEGAL = "on_hold_legal"
    DECIDED = "decided"
    COOLING_OFF = "cooling_off"
    EXECUTING = "executing"
    VERIFYING = "verifying"
    NOTIFYING_RECIPIENTS = "notifying_recipients"
    FAILED_RETRYABLE = "failed_retryable"
    DELIVERED = "delivered"
    CLOSED = "closed"
    APPEALED = "appealed"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"
    DUPLICATE = "duplicate"


class NewPrivacyRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A request that reached a privacy officer, by letter, telephone or mail. A correction says what should be
    corrected."""

    kind: Kind
    law: Law
    subject: Annotated[PrivacySubject, Meta(description="The person whose data it is about.")]
    on_behalf_of: Agent = None
    statement: Statement = ""
    correction: Correction = []
    received_at: (
        Annotated[
            datetime,
            Meta(
                tz=True,
                description="When it reached your company, if that was earlier: its clock began then.",
                examples=["2026-11-26T09:00:00Z"],
            ),
        ]
        | None
    ) = None


class PrivacyRequestChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Only the given fields change. Name and addresses of the person are fixed once the identity was checked."""

    subject: Annotated[PrivacySubject, Meta(description="The person, as a whole.")] | UnsetType = UNSET
    correction: Correction | UnsetType = UNSET


class CodeResult(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the code was right."""

    is_accepted: Annotated[bool, Meta(description="Whether it was right, and in time.")]
    tries_left: Annotated[int, Meta(description="How often a code can be entered before a new one must be sent.")]


class PrivacyRequestFields(Schema, frozen=True, kw_only=True):
    """What everybody who sees a privacy request is shown."""

    number: Annotated[str, Meta(description="The number for people.", examples=["PR-2026-000042"])]
    kind: Kind
    lane: Annotated[PrivacyLane, Meta(description="Whether it is about an account.")]
    channel: Annotated[PrivacyChannel, Meta(description="How it came in.")]
    law: Law
    status: Annotated[PrivacyRequestStatus, Meta(description="How far it is.")]
    statement: Statement
    correction: Correction
    gpc: Annotated[
        bool,
        Meta(
            description="Whether the browser sent Global Privacy Control (`Sec-GPC: 1`), which counts as an objection"
            " to sale and sharing whatever else was asked for."
        ),
    ]
    decision: Annotated[PrivacyDecision | None, Meta(description="What was decided; null before.")]
    mail: Annotated[
        PrivacyMailState | None, Meta(description="What became of the last mail with a code; null for none.")
    ]
    received_at: Annotated[datetime, Meta(description="When it was received; its clock began then.")]
    acknowledged_at: Annotated[datetime | None, Meta(description="When its receipt was confirmed; null until then.")]
    identity_at: Annotated[datetime | None, Meta(description="When the identity was checked; null until then.")]
    identity_how: Annotated[IdentityMethod | None, Meta(description="How the identity was checked; null until then.")]
    due_at: Annotated[datetime, Meta(description="Until when it must be answered by its law, if it is not extended.")]
    extended_to: Annotated[datetime | None, Meta(description="Until when instead; null when it is not extended.")]
    extension_reason: Annotated[ExtensionReason | None, Meta(description="Why it takes longer; null when it does not.")]
    notice_at: Annotated[datetime | None, Meta(description="When the person was told that; null when it is not so.")]
    cooling_off_until: Annotated[
        datetime | None, Meta(description="When an erasure begins; it can be stopped before. Null for none.")
    ]
    first_response_at: Annotated[datetime | None, Meta(description="When the person had the answer; null until then.")]
    appealed_at: Annotated[datetime | None, Meta(description="When the person appealed; null for never.")]
    appeal_due_at: Annotated[
        datetime | None, Meta(description="Until when the appeal must be answered; null for none.")
    ]
    closed_at: Annotated[datetime | None, Meta(description="When it ended, in whatever way; null until then.")]
    clock_share: Annotated[
        int | None,
        Meta(
            description="How much of its legal time is used up, in percent; more than 100 when it is overdue. Null when"
            " it has been answered, or needs no answer.",
            examples=[48],
        ),
    ]


class PrivacyRequest(PrivacyRequestFields, Stamped, frozen=True, kw_only=True):
    """A request of a person about his data. When it ends, ways to reach the person are removed from it."""

    id: PrivacyRequestId
    subject: Annotated[PrivacySubject, Meta(description="The person whose data it is about.")]
    on_behalf_of: Agent
    appealed_decision: Annotated[
        PrivacyDecision | None, Meta(description="The decision that the person did not accept; null without an appeal.")
    ]
    appeal_text: Annotated[str, Meta(description="Why the person does not accept it; empty when nothing was said.")]
    search_id: Annotated[
        SearchId | None,
        Meta(description="The search for the person's data, which begins when the identity was checked; null before."),
    ]
    job_id: Annotated[
        JobIdentifier | None, Meta(description="The job that carries out what was granted; null when none does.")
    ]
    recipients: Annotated[
        list[PrivacyRecipient],
        Meta(description="Who has the data too and must be told of an erasure, a correction or a restriction."),
    ]
    erased: Annotated[
        ErasurePreview | None,
        Meta(description="What the erasure has taken, and what stays and why; null before it has begun."),
    ]
    duplicate_of: Annotated[PrivacyRequestId | None, Meta(description="The request that leads; null when this does.")]
    hold_reason: Annotated[HoldReason | None, Meta(description="Why nothing may go; null while it may.")]
    failed_in: Annotated[
        PrivacyRequestStatus | None, Meta(description="Which step has failed and is to be tried again; null for none.")
    ]
    acknowledge_by: Annotated[
        datetime | None, Meta(description="Until when its law wants the receipt confirmed; null where it does not.")
    ]
    law_source: Annotated[
        str, Meta(description="Where its law says how long an answer may take.", examples=["GDPR Art. 12(3)"])
    ]
    allowed_transitions: AllowedTransitions


class PrivacyRequestQuery(DocumentQuery, frozen=True, kw_only=True):
    """Newest first."""

    status: Annotated[PrivacyRequestStatus, Meta(description="Only requests with this status.")] | None = None
    kind: Kind | None = None
    law: Law | None = None
    overdue: Annotated[bool, Meta(description="Only those whose legal time is over, or only the others.")] | None = None
