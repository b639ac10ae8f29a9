"""Words that stock and its documents share."""

from enum import StrEnum
from typing import Annotated

from chalicelib.kernel.texts import line

Reference = Annotated[
    str,
    line(
        64,
        description="The business reason, such as the number of a delivery note; documents and movements can be found "
        "by it. Null for none.",
        examples=["PO-2026-000017"],
    ),
]


class StockMovementKind(StrEnum):
    """The kind of movement. `opening`, `receipt`, `transfer_in` and `shipment_reversal` add stock, `transfer_out`
    and `shipment` remove it, `adjustment` does either. What is reversed is moved back with the same kind."""

    OPENING = "opening"
    RECEIPT = "receipt"
    ADJUSTMENT = "adjustment"
    TRANSFER_OUT = "transfer_out"
    TRANSFER_IN = "transfer_in"
    SHIPMENT = "shipment"
    SHIPMENT_REVERSAL = "shipment_reversal"
