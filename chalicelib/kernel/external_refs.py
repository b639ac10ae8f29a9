"""The id of a document in another system: stored on the document, and unique through a row of `uniques`."""

from collections.abc import Sequence
from typing import Annotated

import msgspec

from chalicelib.kernel.errors import FieldError, Invalid, repeats
from chalicelib.kernel.texts import formatted, line

ExternalSystem = Annotated[
    str,
    formatted(
        r"^[a-z0-9][a-z0-9_.:-]{0,63}$",
        "Use at most 64 small letters, digits and . _ : - and begin with a letter or digit.",
        description="The other system, and its kind of object where it has several.",
        examples=["legacy", "shopify:con_01k9zq3v5e7r2t8y4w6x1c9b3n:order"],
    ),
]
ExternalId = Annotated[
    str,
    line(
        128,
        description="The id that the document has in the other system. Case counts.",
        examples=["450789469"],
    ),
]


class ExternalRef(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a document is called in another system. No two documents of one kind have the same system and id."""

    system: ExternalSystem
    id: ExternalId

    @property
    def value(self) -> str:
        """The value that is stored in `uniques`."""
        return f"{self.system}|{self.id}"


MOST = 20
"""References of a document."""
ExternalRefs = Annotated[
    list[ExternalRef],
    msgspec.Meta(
        max_length=MOST, description="The ids of this document in other systems. A change replaces the whole list."
    ),
]


def check(refs: Sequence[ExternalRef], pointer: str = "") -> None:
    """Invalid when a reference is given twice, because DynamoDB refuses a transaction with two actions on one row, and
    when the document would have more than MOST. pointer: where the document lies in the request."""
    problems = repeats(f"{pointer}/external_refs", [ref.value for ref in refs])
    if len(refs) > MOST:
        says = f"A document has at most {MOST} references."
        problems.append(FieldError(f"{pointer}/external_refs", "too_many", says))
    if problems:
        raise Invalid(errors=problems)
