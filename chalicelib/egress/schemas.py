"""What the API says about disclosures."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.kernel.lists import PageQuery


class Disclosure(msgspec.Struct, frozen=True, kw_only=True):
    """Personal data that left. `fields` names them; `about` is the id of the person's record."""

    id: str
    about: str
    fields: list[str]
    recipient: str
    purpose: str
    at: datetime
    actor: str
    request_id: str


class DisclosureQuery(PageQuery, frozen=True, kw_only=True):
    """Newest first; about and recipient narrow."""

    about: Annotated[str, Meta(pattern=r"^[a-z]{2,4}_[0-9a-z]{26}$")] | None = None
    recipient: Annotated[str, Meta(pattern=r"^[a-z_]{1,32}$", examples=["keycloak"])] | None = None
