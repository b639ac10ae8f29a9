"""The quantities of an order's lines, as they are stored."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import msgspec

from chalicelib.kernel.dynamo.attributes import Packed
from chalicelib.kernel.privacy import BUSINESS


class LineState(msgspec.Struct, array_like=True):
    """The quantities of one line, in the item's base unit. `committed` is authoritative: the self-check compares
    stock rows with it. over: what was shipped beyond what was ordered. picked_over: what open shipments have beyond it,
    which is not committed. ordered + over = cancelled + shipped + committed + backordered + unplanned, and over =
    max(0, shipped - ordered + cancelled)."""

    line: int
    ordered: Decimal
    committed: Decimal = Decimal(0)
    picked: Decimal = Decimal(0)
    shipped: Decimal = Decimal(0)
    billed: Decimal = Decimal(0)
    cancelled: Decimal = Decimal(0)
    backordered: Decimal = Decimal(0)
    over: Decimal = Decimal(0)
    picked_over: Decimal = Decimal(0)

    @property
    def is_picked(self) -> bool:
        """Whether an open shipment has any of it."""
        return bool(self.picked or self.picked_over)

    @property
    def outstanding(self) -> Decimal:
        """What is still to be shipped."""
        return self.ordered + self.over - self.cancelled - self.shipped

    @property
    def unplanned(self) -> Decimal:
        """What is neither committed nor waits for stock, because nothing is planned for drafts, and not all while a job
        works on the order."""
        return self.outstanding - self.committed - self.backordered


class LineStates(Packed[list[LineState]]):
    """The quantities of all lines, compressed and without the zeros at the end of each, because every 1,024 bytes cost
    a write unit."""

    def __init__(self) -> None:
        super().__init__(BUSINESS, list[LineState])

    def serialize(self, value: list[LineState]) -> bytes:
        rows = [msgspec.structs.astuple(state) for state in value]
        return super().serialize([_without_zeros_at_the_end(row) for row in rows])


def _without_zeros_at_the_end(row: Sequence[Any]) -> Any:  # a struct as the array of its values
    length = next(length for length in range(len(row), 0, -1) if row[length - 1])
    return row[:length]


class Former(msgspec.Struct):
    """The lines before an edit that a job is processing, with the reservations that are not moved to the new lines
    yet."""

    revision: int
    lines: list[LineState]
