"""What is decided about a request, and how the identity of the person was checked."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.kernel.privacy import BUSINESS, FREE_TEXT, USAGE, marked
from chalicelib.kernel.texts import formatted, line, one_line, prose
from chalicelib.privacy.requests.content_schemas import PrivacyRequestId

Text = Annotated[str, prose(4000)]


class IdentityMethod(StrEnum):
    """How the identity was checked. `mail_code`: the person knew the code that was mailed to the address.
    `recent_login`: the person had just logged in. `seen_document`: somebody saw a passport or the like.
    `known_person`: somebody knows the person, such as a customer of many years. `platform`: the connected platform
    that passed it on has checked it."""

    MAIL_CODE = "mail_code"
    RECENT_LOGIN = "recent_login"
    SEEN_DOCUMENT = "seen_document"
    KNOWN_PERSON = "known_person"
    PLATFORM = "platform"


class ByOfficer(StrEnum):
    """How an officer has checked the identity. `seen_document`: he saw a passport or the like. `known_person`: he knows
    the person, such as a customer of many years."""

    SEEN_DOCUMENT = "seen_document"
    KNOWN_PERSON = "known_person"


class PrivacyMailState(StrEnum):
    """What became of the last mail with a code. `waiting`: it is being sent. `sent`: it was handed over. `no_sender`:
    the operator has not configured an address that mails can come from. `refused`: it was not taken. `too_many`: the
    address has been sent all the codes of an hour. Except for `sent`, record how you have checked the identity
    otherwise, or have another code sent."""

    WAITING = "waiting"
    SENT = "sent"
    NO_SENDER = "no_sender"
    REFUSED = "refused"
    TOO_MANY = "too_many"


class PrivacyOutcome(StrEnum):
    """`grant`: all of it is done. `partial`: a part is done. `refuse`: nothing is."""

    GRANT = "grant"
    PARTIAL = "partial"
    REFUSE = "refuse"


class PrivacyReason(StrEnum):
    """Why a request is refused, altogether or in part. `legal_obligation`: a law makes you keep the data, such as
    that on invoices. `legal_claims`: they are needed for claims. `rights_of_others`: it would harm other persons.
    `not_concerned`: you keep nothing of the person. `unfounded` and `excessive`: as the laws say of requests.
    `still_needed`: you may and must go on using the data. `other`: as the text says."""

    LEGAL_OBLIGATION = "legal_obligation"
    LEGAL_CLAIMS = "legal_claims"
    RIGHTS_OF_OTHERS = "rights_of_others"
    NOT_CONCERNED = "not_concerned"
    UNFOUNDED = "unfounded"
    EXCESSIVE = "excessive"
    STILL_NEEDED = "still_needed"
    OTHER = "other"


class ExtensionReason(StrEnum):
    """Why a request takes longer, as the laws allow: it is complex, or there are many."""

    COMPLEX = "complex"
    MANY_REQUESTS = "many_requests"


class HoldReason(StrEnum):
    """Why nothing may go: a court case, an investigation of an authority, or claims of or against the person."""

    LITIGATION = "litigation"
    INVESTIGATION = "investigation"
    CLAIMS = "claims"


class PrivacyDecision(msgspec.Struct, frozen=True, kw_only=True):
    """What was decided."""

    outcome: Annotated[PrivacyOutcome, marked(BUSINESS, "Whether it is done, in part, or not.")]
    reason: Annotated[PrivacyReason | None, marked(BUSINESS, "Why not all of it is done; null when all is.")] = None
    text: Annotated[Text, marked(FREE_TEXT, "What the person is told; empty when nothing was written.")] = ""
    decided_at: Annotated[datetime, marked(USAGE, "When it was decided.")]
    decided_by: Annotated[str, marked(USAGE, "Who decided it, named as in `created_by`.")]


class NewDecision(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A decision. What is refused, altogether or in part, needs a reason, and `other` needs a text."""

    outcome: Annotated[PrivacyOutcome, Meta(description="Whether it is done, in part, or not.")]
    reason: Annotated[PrivacyReason, Meta(description="Why not all of it is done.")] | None = None
    text: Annotated[Text, Meta(description="What the person is told.")] = ""


class IdentityRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How an officer has checked the identity of the person. Who did it is in the journal."""

    how: Annotated[ByOfficer, Meta(description="How it was checked.")]


class Extension(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Why it takes longer, and when the person was told so."""

    reason: Annotated[ExtensionReason, Meta(description="Why it takes longer.")]
    notice_at: (
        Annotated[
            datetime,
            Meta(
                tz=True,
                description="When the person was told that it takes longer, and why, before the first time ran out: now"
                " if absent.",
                examples=["2026-11-27T10:00:00Z"],
            ),
        ]
        | None
    ) = None


class Hold(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Why nothing of the person may go for now."""

    reason: Annotated[HoldReason, Meta(description="Why nothing may go.")]


class NewAppeal(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Why the person does not accept the decision."""

    text: Annotated[Text, Meta(description="What the person says about the decision.")] = ""


class DuplicateOf(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The request that leads."""

    request_id: PrivacyRequestId


RecipientName = Annotated[
    str,
    line(
        128,
        description="Who has the data too: a connected platform as the request lists it, or anybody else.",
        examples=["shopify:con_01k9zq3v5e7r2t8y4w6x1c9b3n"],
    ),
]


class PrivacyRecipient(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who has the data too, and has to be told (GDPR Art. 19)."""

    name: Annotated[RecipientName, marked(BUSINESS)]
    told_at: Annotated[datetime | None, marked(BUSINESS, "When it was told; null until then.")] = None
    receipt: Annotated[Text, marked(FREE_TEXT, "What shows that it was told; empty when nothing was noted.")] = ""


class ToldRecipient(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which recipient you have told, and what shows it."""

    recipient: RecipientName
    receipt: Annotated[Text, Meta(description="What shows it, such as the number of a ticket.")] = ""


class EnteredCode(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The code that the person got by mail."""

    code: Annotated[
        str,
        formatted(
            r"^[0-9]{8}$",
            "Use the eight digits of the mail.",
            form=one_line,
            description="The eight digits of the mail.",
            examples=["20461977"],
        ),
    ]
