"""What a request says: who asks, for whom, and what for."""

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.kernel import ids
from chalicelib.kernel.address import Email, Name, Phone
from chalicelib.kernel.external_refs import ExternalId, ExternalSystem
from chalicelib.kernel.privacy import BUSINESS, CONTACT, FREE_TEXT, IDENTITY, marked
from chalicelib.kernel.texts import formatted, line, prose

PrivacyRequestId = Annotated[str, ids.described("prq", "the privacy request")]
DocumentId = Annotated[
    str,
    formatted(
        rf"^pty_{ids.BODY}$|^usr_{ids.BODY}$",
        "Use the id of a customer, a vendor or a user, such as pty_01k9zq3v5e7r2t8y4w6x1c9b3n.",
        examples=["pty_01k9zq3v5e7r2t8y4w6x1c9b3n"],
    ),
]
Statement = Annotated[str, prose(4000, description="What the person says about the request; empty when nothing.")]
Evidence = Annotated[str, prose(2000)]


class PrivacyRequestKind(StrEnum):
    """`access`: what is stored about the person. `portability`: the same, to take it elsewhere. `correction`: something
    is wrong. `erasure`: it should go. `restriction`: it should not be used for now. `objection`: it should not be used
    for something, such as advertising, sale or sharing."""

    ACCESS = "access"
    PORTABILITY = "portability"
    CORRECTION = "correction"
    ERASURE = "erasure"
    RESTRICTION = "restriction"
    OBJECTION = "objection"


class PrivacyLane(StrEnum):
    """`account`: the request of a person with an account, about the account. `tenant`: of a person whose data your
    company keeps, such as a buyer or a contact of a vendor; your company decides."""

    ACCOUNT = "account"
    TENANT = "tenant"


class PrivacyChannel(StrEnum):
    """How the request came in. `self_service`: by the person, logged in. `officer`: a privacy officer wrote it down.
    `form`: by the public form. `platform`: a connected platform passed it on."""

    SELF_SERVICE = "self_service"
    OFFICER = "officer"
    FORM = "form"
    PLATFORM = "platform"


class PrivacyExternalId(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the person is called in another system."""

    system: Annotated[ExternalSystem, marked(BUSINESS)]
    external_id: Annotated[ExternalId, marked(IDENTITY)]


class PrivacySubject(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The person whose data it is about. `document_ids` are the documents, such as customers and users, that a person
    has found to be about the subject."""

    name: Annotated[Name | None, marked(IDENTITY, "The name of the person; null when it is not known.")] = None
    emails: Annotated[
        list[Email],
        Meta(max_length=5),
        marked(CONTACT, "The person's e-mail addresses; the first one gets the code that proves the identity."),
    ] = []
    phones: Annotated[list[Phone], Meta(max_length=5), marked(CONTACT, "The person's telephone numbers.")] = []
    document_ids: Annotated[
        list[DocumentId],
        Meta(max_length=50),
        marked(BUSINESS, "The ids of the documents that are about the person: customers, vendors, users."),
    ] = []
    external_ids: Annotated[
        list[PrivacyExternalId],
        Meta(max_length=20),
        marked(BUSINESS, "What the person is called in other systems."),
    ] = []


class PrivacyAgent(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Somebody who asks for the person, and why he may."""

    name: Annotated[Name, marked(IDENTITY, "The name of the agent.")]
    email: Annotated[Email | None, marked(CONTACT, "The agent's e-mail address; null when there is none.")] = None
    phone: Annotated[Phone | None, marked(CONTACT, "The agent's telephone number; null when there is none.")] = None
    evidence: Annotated[Evidence, marked(FREE_TEXT, "How the agent has shown that he may ask.")] = ""


class PrivacyCorrection(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What should be another value in one of the documents."""

    document_id: Annotated[DocumentId, marked(BUSINESS, "The id of the document that is wrong.")]
    field: Annotated[
        str,
        formatted(
            r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+){0,7}$",
            "Use the name of a field, such as contacts.0.email.",
            most=128,
            examples=["contacts.0.email"],
        ),
        marked(BUSINESS, "The field that is wrong, by its path in the document."),
    ]
    proposed_value: Annotated[
        Annotated[str, line(1000)] | None,
        marked(FREE_TEXT, "What it should be; null when it should be empty, and after the request was closed."),
    ] = None
    evidence: Annotated[Evidence, marked(FREE_TEXT, "What shows that it is wrong; empty when nothing does.")] = ""


Correction = Annotated[list[PrivacyCorrection], Meta(max_length=50, description="What should be corrected.")]
