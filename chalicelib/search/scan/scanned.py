"""What was scanned, for the modules that look it up, and what they answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.kernel.call import Call


@dataclass(frozen=True, slots=True)
class Scanned:
    """A scanned code. gtin: the trade item number in it, if it is one of GS1's codes with several parts."""

    code: str
    gtin: str | None = None

    @property
    def codes(self) -> list[str]:
        """What a thing may be known by."""
        return [self.code] if self.gtin is None else [self.code, self.gtin]


class MatchedBy(StrEnum):
    """What the scanned code is of the thing. More may be added, so accept unknown values."""

    ID = "id"
    BARCODE = "barcode"
    SKU = "sku"
    CODE = "code"
    NUMBER = "number"
    TRACKING_NUMBER = "tracking_number"


class ScanMatch(msgspec.Struct, frozen=True, kw_only=True):
    """A thing that a scanned code stands for."""

    kind: Annotated[str, Meta(description="What kind of thing it is.", examples=["item"])]
    id: Annotated[str, Meta(description="The id of the thing.")]
    matched_by: Annotated[MatchedBy, Meta(description="What the scanned code is of the thing.")]
    code: Annotated[str | None, Meta(description="Its SKU, code or number; null when it has none.")]
    name: Annotated[str | None, Meta(description="Its name; null when it has none.")] = None
    status: Annotated[str | None, Meta(description="Its status; null when it has none.")] = None
    unit: Annotated[str | None, Meta(description="The unit that one scan counts; null for what is not counted.")] = None
    quantity: Annotated[
        Decimal | None,
        Meta(description="How many of the item's own units one scan counts; null for what is not counted."),
    ] = None


Find = Callable[[Call, Scanned], Sequence[ScanMatch]]
