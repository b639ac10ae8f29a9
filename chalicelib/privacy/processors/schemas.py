"""API schemas of sub-processors and processor terms."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.integrations.connections.schemas import Platform
from chalicelib.kernel import ids
from chalicelib.kernel.pages import PageQuery
from chalicelib.kernel.privacy import DataClass
from chalicelib.kernel.schemas import Schema, Stamped
from chalicelib.kernel.texts import formatted, prose

_HASH = "^[0-9a-f]{64}$"
_HASH_SAYS = "Use the version that came with the text."


class ChangeKind(StrEnum):
    """`added`: a sub-processor is new. `changed`: it gets another purpose, other data or another place. `removed`: it
    is not used any more."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


class SubProcessor(msgspec.Struct, frozen=True, kw_only=True):
    """A company that processes data of the tenant for the operator."""

    id: Annotated[str, Meta(description="Its name for programs.", examples=["aws"])]
    name: Annotated[str, Meta(description="The name of the company.")]
    purpose: Annotated[str, Meta(description="What it is used for.")]
    data_classes: Annotated[list[DataClass], Meta(description="Which classes of data it processes.")]
    place: Annotated[str, Meta(description="Where it processes them: a region of AWS, or another place.")]
    transfer: Annotated[
        str | None,
        Meta(
            description="The safeguard of a transfer to a third country (GDPR Chapter V); null while the operator's "
            "lawyer has not supplied it."
        ),
    ]
    since: Annotated[date, Meta(description="Since when it is used, or from when.")]


class ProcessorChange(msgspec.Struct, frozen=True, kw_only=True):
    """A change of the list that is announced and not in force."""

    id: Annotated[str, Meta(description="The id of the change, which an objection names.")]
    kind: Annotated[ChangeKind, Meta(description="What happens to the sub-processor.")]
    processor: Annotated[
        SubProcessor, Meta(description="The sub-processor as it is going to be, or the one that goes.")
    ]
    announced_on: Annotated[date, Meta(description="Since when it is announced.")]
    effective_on: Annotated[date, Meta(description="The day from which it holds; objections are taken until then.")]


class OtherParty(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who is not on the list, and why."""

    name: Annotated[str, Meta(description="Who it is.")]
    reason: Annotated[str, Meta(description="Why it is no sub-processor.")]


class Processors(msgspec.Struct, frozen=True, kw_only=True):
    """The sub-processors of the operator today, and what changes."""

    list_version: Annotated[
        str, Meta(description="The content hash (SHA-256) of the list in force; it changes when the list does.")
    ]
    notice_days: Annotated[int, Meta(description="How many days before it takes effect a change is announced.")]
    processors: Annotated[list[SubProcessor], Meta(description="The sub-processors in force.")]
    announced: Annotated[list[ProcessorChange], Meta(description="Announced changes, the next one first.")]
    recipients: Annotated[
        list[Platform], Meta(description="Platforms that the tenant has connected: recipients, not sub-processors.")
    ]
    not_listed: Annotated[list[OtherParty], Meta(description="Who is not on the list, and why.")]


ChangeId = Annotated[
    str,
    formatted(
        r"^[a-z0-9-]{1,64}-[0-9]{4}-[0-9]{2}-[0-9]{2}$",
        "Use the id of an announced change.",
        most=80,
        description="The id of the announced change.",
    ),
]
Grounds = Annotated[str, prose(2000, description="Why the tenant objects."), Meta(min_length=1)]


class NewObjection(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An objection to an announced change."""

    change: ChangeId
    grounds: Grounds


class Objection(Schema, Stamped, frozen=True, kw_only=True):
    """An objection of the tenant to an announced change of the sub-processors."""

    id: Annotated[str, ids.described("pob", "the objection")]
    change: ChangeId
    processor: Annotated[str, Meta(description="The name of the sub-processor that it is about.")]
    effective_on: Annotated[date, Meta(description="The day from which the change holds.")]
    grounds: Grounds


class ObjectionQuery(PageQuery, frozen=True, kw_only=True):
    """All objections of the tenant, newest first."""


class Acceptance(msgspec.Struct, frozen=True, kw_only=True):
    """That the tenant has accepted a version of the terms."""

    terms_version: Annotated[str, Meta(description="The content hash (SHA-256) of the text.")]
    accepted_at: Annotated[datetime, Meta(description="When it was accepted.")]
    accepted_by: Annotated[str, Meta(description="Who accepted it, named as in `created_by`.")]


class ProcessorTerms(msgspec.Struct, frozen=True, kw_only=True):
    """The terms by which the operator processes data for the tenant (GDPR Art. 28)."""

    text: Annotated[str | None, Meta(description="The text; null while the operator has not supplied one.")]
    terms_version: Annotated[
        str | None, Meta(description="The content hash (SHA-256) of the text; null when there is none.")
    ]
    note: Annotated[str, Meta(description="What there is to do, in one sentence.")]
    is_accepted: Annotated[bool, Meta(description="Whether the tenant has accepted this text.")]
    acceptances: Annotated[
        list[Acceptance], Meta(description="The versions that the tenant has accepted, newest first.")
    ]


class AcceptTerms(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The version of the terms that is accepted: the one that was read."""

    terms_version: Annotated[
        str, formatted(_HASH, _HASH_SAYS, description="The `terms_version` of the text that was read.")
    ]
