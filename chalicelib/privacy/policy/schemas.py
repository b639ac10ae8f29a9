"""API schemas of the privacy policy."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.kernel.pages import PageQuery
from chalicelib.kernel.texts import formatted

Number = Annotated[int, Meta(ge=1, le=9999, description="The number of the version of the policy.", examples=[1])]
Subject = Annotated[
    str,
    formatted(
        r"^[!-\"$-~]{1,255}$",
        "Use the subject of a user, as documents show it in created_by.",
        description="Only entries of the user whom `created_by` calls this.",
    ),
]


class PolicyStatus(StrEnum):
    """`announced`: will be in force. `in_force`: counts now. `superseded`: a later version has taken its place."""

    ANNOUNCED = "announced"
    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"


class PolicyStep(StrEnum):
    """`shown`: the user was given the text. `accepted`: the user has accepted it."""

    SHOWN = "shown"
    ACCEPTED = "accepted"


class PolicyAcceptedHow(StrEnum):
    """`explicit`: in a step of its own. `continued_use`: the user went on after the version, which the user was shown,
    was in force."""

    EXPLICIT = "explicit"
    CONTINUED_USE = "continued_use"


class PolicyVersion(msgspec.Struct, frozen=True, kw_only=True):
    """A version of the privacy policy. Its days begin at midnight UTC."""

    policy_version: Number
    status: Annotated[PolicyStatus, Meta(description="Whether it counts now.")]
    content_hash: Annotated[str, Meta(description="SHA-256 of `text` in UTF-8, in hexadecimal digits.")]
    last_updated: Annotated[date, Meta(description="The day on which it was announced.")]
    effective_from: Annotated[date, Meta(description="The day from which it is in force.")]
    is_material: Annotated[
        bool, Meta(description="Whether users must accept it in an explicit step once it is in force.")
    ]
    summary: Annotated[str, Meta(description="What has changed since the version before.")]


class PolicyVersions(msgspec.Struct, frozen=True):
    """All versions that were announced."""

    data: Annotated[list[PolicyVersion], Meta(description="The versions, newest first.")]


class PolicySentence(msgspec.Struct, frozen=True):
    """A sentence of the policy."""

    name: Annotated[str, Meta(description="The name of the sentence, which stays the same over versions.")]
    text: Annotated[str, Meta(description="What it says.")]


class PolicySection(msgspec.Struct, frozen=True):
    """Sentences of the policy on one subject."""

    title: Annotated[str, Meta(description="The title of the section.")]
    sentences: Annotated[list[PolicySentence], Meta(description="The sentences, in order.")]


class PolicyOperator(msgspec.Struct, frozen=True, kw_only=True):
    """Who runs the service. Not part of the text; the operator fills it in."""

    company: Annotated[str | None, Meta(description="The name of the company; null while it is not filled in.")]
    address: Annotated[str | None, Meta(description="Its postal address; null while it is not filled in.")]
    contact: Annotated[
        str | None,
        Meta(description="How to reach the system administrator; null while it is not filled in."),
    ]
    authority: Annotated[str | None, Meta(description="The supervisory authority; null while it is not filled in.")]


class Policy(PolicyVersion, frozen=True, kw_only=True):
    """A version of the privacy policy with its text."""

    text: Annotated[
        str, Meta(description="The text as it was released: lines `# Title` and `[name] Sentence.`, in UTF-8.")
    ]
    sections: Annotated[list[PolicySection], Meta(description="The same text in parts, for a page.")]
    operator: Annotated[PolicyOperator, Meta(description="Who runs the service, to be shown below the text.")]


class PolicyQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The version in force, or the one that is named."""

    policy_version: Annotated[Number, Meta(description="The version to read; the one in force by default.")] | None = (
        None
    )


class NewPolicyAcceptance(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The version to accept: the one in force, or the one that is announced."""

    policy_version: Number


class PolicyEntry(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of the ledger: a user was shown a version, or has accepted it. It never changes."""

    subject: Annotated[str, Meta(description="The user, as `created_by` and the audit trail say it.")]
    policy_version: Number
    content_hash: Annotated[str, Meta(description="SHA-256 of the text of the version.")]
    step: Annotated[PolicyStep, Meta(description="What the entry is about.")]
    shown_at: Annotated[
        datetime | None,
        Meta(description="When this user was first given the text by the API; null when it was read elsewhere."),
    ]
    accepted_at: Annotated[
        datetime | None, Meta(description="When the user accepted the version; null in an entry that it was shown.")
    ]
    how: Annotated[
        PolicyAcceptedHow | None, Meta(description="How it was accepted; null in an entry that it was shown.")
    ]


class PolicyAcceptance(msgspec.Struct, frozen=True, kw_only=True):
    """What the policy asks of the caller."""

    in_force: Annotated[PolicyVersion | None, Meta(description="The version that counts now; null before the first.")]
    announced: Annotated[PolicyVersion | None, Meta(description="The version that will count; null for none.")]
    shown: Annotated[PolicyEntry | None, Meta(description="The newest version that you were shown; null for none.")]
    accepted: Annotated[
        PolicyEntry | None, Meta(description="The newest version that you have accepted; null for none.")
    ]
    needs_acceptance: Annotated[
        bool,
        Meta(
            description="Whether other operations are refused to you with `policy_not_accepted` until you accept the "
            "version in force. Never of a machine, which cannot accept."
        ),
    ]


class PolicyEntryQuery(PageQuery, frozen=True, kw_only=True):
    """By user, then by version."""

    subject: Subject | None = None
    policy_version: Annotated[Number, Meta(description="Only entries of this version.")] | None = None
    step: Annotated[PolicyStep, Meta(description="Only entries of this step.")] | None = None
