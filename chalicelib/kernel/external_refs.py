"""The id of a document in another system: stored on the document, and unique through a row of `uniques`."""

from typing import Annotated

import msgspec

ExternalSystem = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9_.:-]{0,63}$", examples=["shopify:con_…:order"])]
ExternalId = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9._:/=+-]{1,128}$", examples=["450789469"])]


class ExternalRef(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """system: the other system, and its kind of object. id: the id of the object there."""

    system: ExternalSystem
    id: ExternalId

    @property
    def value(self) -> str:
        """The value that is stored in `uniques`."""
        return f"{self.system}|{self.id}"


ExternalRefs = Annotated[list[ExternalRef], msgspec.Meta(max_length=20)]
