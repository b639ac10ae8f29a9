"""What makes an item a variant: the template that it is made from, and what distinguishes it."""

from dataclasses import dataclass
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.kernel import ids
from chalicelib.kernel.texts import line

TemplateId = Annotated[str, ids.described("itpl", "the template")]
OptionName = Annotated[
    str, line(32, without="{}", description="What variants differ in; case does not matter.", examples=["Colour"])
]
OptionValue = Annotated[
    str, line(40, description="One of the option's values; case does not matter.", examples=["Red"])
]


class VariantOption(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One of the options of a template, and its value for a variant."""

    name: OptionName
    value: OptionValue


ItemOptions = Annotated[
    list[VariantOption],
    Meta(description="What distinguishes the variant from others of its template; empty for an item without one."),
]


@dataclass(frozen=True, slots=True)
class VariantOf:
    """What an item has as a variant, when it is made: its id, its template and its options."""

    item_id: str
    template_id: str
    options: list[VariantOption]
