"""The query parameters of lists of parties."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from msgspec import Meta

from chalicelib.kernel.address import Email, Phone
from chalicelib.kernel.external_refs import ExternalId, ExternalSystem
from chalicelib.kernel.pages import DocumentQuery
from chalicelib.kernel.texts import line
from chalicelib.parties.parties.schemas import PartyKind, PartyStatus
from chalicelib.search.index.schemas import ListSearch


class PartySort(StrEnum):
    """`created_at`: by time of creation. `updated_at`: by the last change. A `-` before it reverses the order."""

    CREATED = "created_at"
    CREATED_DOWN = "-created_at"
    UPDATED = "updated_at"
    UPDATED_DOWN = "-updated_at"


class PartyQuery(DocumentQuery, frozen=True, kw_only=True):
    """At most one of updated_since, email, phone, tax_id, number, and external_system with external_id. Status and kind
    can be combined with updated_since, or be given alone."""

    q: ListSearch | None = None

    sort: Annotated[PartySort, Meta(description="The sort order; newest first by default.")] | None = None
    updated_since: (
        Annotated[datetime, Meta(tz=True, description="Only those that were changed at or after this time.")] | None
    ) = None
    email: (
        Annotated[Email, Meta(description="Only those with a contact of this address; case does not matter.")] | None
    ) = None
    phone: (
        Annotated[
            Phone,
            Meta(
                description="Only those with a contact of this telephone number, however it is spelled: "
                "`+49 731 1234567`, `0049 731 1234567` and `0731 1234567` are one."
            ),
        ]
        | None
    ) = None
    tax_id: (
        Annotated[
            str,
            line(
                40,
                description="Only those with this tax number, with or without the letters of its country.",
                examples=["DE129273398"],
            ),
        ]
        | None
    ) = None
    number: (
        Annotated[str, line(40, description="Only the one with this number of yours; case does not matter.")] | None
    ) = None
    external_system: (
        Annotated[
            ExternalSystem,
            Meta(description="Only the one with this external reference; needs `external_id` too."),
        ]
        | None
    ) = None
    external_id: (
        Annotated[ExternalId, Meta(description="The id in `external_system`, which must be given too.")] | None
    ) = None
    status: (
        Annotated[
            PartyStatus,
            Meta(
                description="Only those with this status. Without it, merged ones are only in lists by the time "
                "of change."
            ),
        ]
        | None
    ) = None
    kind: Annotated[PartyKind, Meta(description="Only persons or only companies.")] | None = None
