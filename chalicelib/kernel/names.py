"""Names of the things that documents refer to by id, so that a screen can show them without a request for each."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.kernel.call import Call


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """How people know a thing that a document refers to."""

    kind: Annotated[str, Meta(description="What kind of thing it is: a value of `include`.")]
    name: Annotated[str, Meta(description="Its name, or the number of a document.", examples=["Ada Lovelace"])]
    code: Annotated[str | None, Meta(description="Its code; null for what has none.")] = None


Included = Annotated[
    dict[str, Named],
    Meta(
        description="With `include`: the names of what the answer refers to, by id. Things that the caller may not see "
        "are left out."
    ),
]
ReadNames = Callable[[Call, Collection[str]], Mapping[str, Named]]


@dataclass(frozen=True, slots=True)
class Nameable:
    """A kind of thing whose names can be included in answers.

    kind: the value of `include`. read: the function that reads the names of ids, a `ReadNames`, by its submodule and
    name; it leaves out what does not exist and what the caller may not see. fields: the fields of answers that hold
    such ids. permission: what the caller needs; None when everybody of the tenant may see the names.
    """

    kind: str
    read: str
    fields: tuple[str, ...]
    permission: str | None
