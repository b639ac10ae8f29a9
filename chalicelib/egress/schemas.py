"""API schemas of disclosures."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.kernel import ids
from chalicelib.kernel.pages import PageQuery
from chalicelib.kernel.texts import formatted

DisclosureId = Annotated[str, ids.described("dsc", "the disclosure")]


class Disclosure(msgspec.Struct, frozen=True, kw_only=True):
    """Personal data that was sent to another party."""

    id: DisclosureId
    about: Annotated[str, Meta(description="The id of the document of the person whose data it was, such as a user.")]
    fields: Annotated[list[str], Meta(description="The names of the fields that were sent.")]
    recipient: Annotated[str, Meta(description="The party that received them.", examples=["keycloak"])]
    purpose: Annotated[str, Meta(description="Why they were sent.")]
    at: Annotated[datetime, Meta(description="When they were sent.")]
    actor: Annotated[str, Meta(description="Who caused it, named as in `created_by`.")]
    request_id: Annotated[str, Meta(description="The id of the request that caused it, as in `X-Request-Id`.")]


class DisclosureQuery(PageQuery, frozen=True, kw_only=True):
    """A part of the disclosures."""

    about: (
        Annotated[
            str,
            formatted(
                rf"^[a-z]{{2,4}}_{ids.BODY}$",
                "Use the id of a document.",
                description="Only disclosures about the person of this document.",
            ),
        ]
        | None
    ) = None
    recipient: (
        Annotated[
            str,
            formatted(
                r"^[a-z_]{1,32}$",
                "Use the name of a party, such as keycloak.",
                description="Only disclosures to this party.",
                examples=["keycloak"],
            ),
        ]
        | None
    ) = None
