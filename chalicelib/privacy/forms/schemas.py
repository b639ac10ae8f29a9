"""API schemas of the public form."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.kernel.address import Email, Name, Phone
from chalicelib.kernel.schemas import Schema, Stamped
from chalicelib.kernel.texts import formatted
from chalicelib.privacy.requests.content_schemas import PrivacyRequestId, PrivacyRequestKind, Statement
from chalicelib.privacy.requests.law_schemas import Law, PrivacyLaw
from chalicelib.privacy.requests.schemas import Agent, Kind

FormToken = Annotated[
    str,
    formatted(
        r"^[0-9a-z]{32}$",
        "Use the last part of the form's link.",
        description="The last part of the form's link.",
        examples=["4w6x1c9b3n01k9zq3v5e7r2t8y5d0fgh"],
    ),
]


class PrivacyForm(Schema, Stamped, frozen=True, kw_only=True):
    """The link to the public form, for your web site. It is told here only: make a new one when it is lost."""

    path: Annotated[
        str,
        Meta(
            description="The path of the form; requests are posted to it with `/requests` behind it.",
            examples=["/privacy/forms/4w6x1c9b3n01k9zq3v5e7r2t8y5d0fgh"],
        ),
    ]
    token: FormToken


class FormDefinition(msgspec.Struct, frozen=True, kw_only=True):
    """What a web site shows to persons who want to ask about their data."""

    company: Annotated[str, Meta(description="The name of the company that is asked.")]
    kinds: Annotated[list[PrivacyRequestKind], Meta(description="What can be asked for.")]
    laws: Annotated[list[PrivacyLaw], Meta(description="The laws under which it can be asked.")]
    notice: Annotated[str, Meta(description="What happens next, for the person who fills in the form.")]


class NewFormRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A request by the public form. The code that proves the identity is mailed to `email`."""

    kind: Kind
    law: Law = PrivacyLaw.GDPR
    name: Annotated[Name, Meta(description="The name of the person whose data it is about.")]
    email: Annotated[Email, Meta(description="The person's e-mail address.")]
    phone: Annotated[Phone, Meta(description="The person's telephone number.")] | None = None
    on_behalf_of: Agent = None
    statement: Statement = ""


class FormReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """The request was taken. The answer is the same whoever asks, and whether anything is stored of the person."""

    id: PrivacyRequestId
    received_at: Annotated[datetime, Meta(description="When it was received.")]
    due_at: Annotated[datetime, Meta(description="Until when it must be answered.")]
    next_step: Annotated[str, Meta(description="What the person does now.")]


class CodeWanted(msgspec.Struct, frozen=True, kw_only=True):
    """A new code is on its way, if the address may be sent one."""

    next_step: Annotated[str, Meta(description="What the person does now.")]
