"""API schemas of disclosures."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.kernel import ids
from chalicelib.kernel.lists import PageQuery

DisclosureId = Annotated[str, ids.described("dsc", "a disclosure")]


class Disclosure(msgspec.Struct, frozen=True, kw_only=True):
    """Personal data that was sent to another party."""

    id: DisclosureId
    about: Annotated[str, Meta(description="The id of the record of the person whose data it was.")]
    fields: Annotated[list[str], Meta(description="The names of the fields that were sent.")]
    recipient: Annotated[str, Meta(description="Who got them.", examples=["keycloak"])]
    purpose: Annotated[str, Meta(description="What they were sent for.")]
    at: Annotated[datetime, Meta(description="When.")]
    actor: Annotated[str, Meta(description="Who caused it, as in `created_by`.")]
    request_id: Annotated[str, Meta(description="The request that caused it.")]


class DisclosureQuery(PageQuery, frozen=True, kw_only=True):
    """Newest first; about and recipient narrow."""

    about: (
        Annotated[str, Meta(pattern=rf"^[a-z]{{2,4}}_{ids.BODY}$", description="Only disclosures about this record.")]
        | None
    ) = None
    recipient: (
        Annotated[str, Meta(pattern=r"^[a-z_]{1,32}$", description="Only those to this party.", examples=["keycloak"])]
        | None
    ) = None
