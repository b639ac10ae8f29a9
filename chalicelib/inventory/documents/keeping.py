"""What may change the stock of a warehouse that its keeper counts: transfers, and statements of the keeper."""

from collections.abc import Sequence

from chalicelib.inventory.documents.document_schemas import StockDocumentKind
from chalicelib.inventory.documents.schemas import StockAdjustment, StockAdjustmentReason
from chalicelib.inventory.documents.tables import StockDocument
from chalicelib.inventory.stock.moves import Move
from chalicelib.kernel.errors import FieldError, Invalid

_KEPT = "Its keeper says what lies there: adjust to what was counted, with the reason keeper_statement."
_OURS = "You count this warehouse yourself; choose another reason."


def statement_errors(command: StockAdjustment) -> list[FieldError]:
    """The errors of lines of a keeper's statement that do not say what lies there."""
    if command.reason is not StockAdjustmentReason.KEEPER_STATEMENT:
        return []
    return [
        FieldError(f"/lines/{index}/change", "not_counted", "A keeper says what lies there: give counted.")
        for index, line in enumerate(command.lines)
        if line.change is not None
    ]


def check(row: StockDocument, moves: Sequence[Move]) -> None:
    """Invalid for what only a keeper's statement may change, and for such a statement about a warehouse that is counted
    by us. A statement is not taken back: another one follows."""
    if row.kind is StockDocumentKind.TRANSFER:
        return
    is_statement = row.reason is StockAdjustmentReason.KEEPER_STATEMENT and row.reverses is None
    problems = [
        FieldError(
            f"{entry.pointer}/location_id" if entry.pointer else "",
            "kept_warehouse" if entry.place.is_kept else "not_kept",
            _KEPT if entry.place.is_kept else _OURS,
        )
        for entry in moves
        if entry.place.is_kept is not is_statement
    ]
    if problems:
        raise Invalid(errors=problems)
