"""What may change the stock of a warehouse that its keeper counts: transfers, and statements of the keeper."""

from collections.abc import Mapping, Sequence

from chalicelib.inventory.documents.document_schemas import StockDocumentKind
from chalicelib.inventory.documents.schemas import StockAdjustment, StockAdjustmentReason
from chalicelib.inventory.documents.tables import DocumentLine, StockDocument
from chalicelib.inventory.warehouses.places import Place
from chalicelib.kernel.errors import FieldError

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


def errors(
    row: StockDocument, lines: Sequence[DocumentLine], places: Mapping[str, Place], name: str
) -> list[FieldError]:
    """The errors of what only a keeper's statement may change, and of such a statement about a warehouse that is
    counted by us. A statement is not taken back: another one follows. name: of the field that names the location in
    each line; empty for none."""
    if row.kind is StockDocumentKind.TRANSFER:
        return []
    is_statement = row.reason is StockAdjustmentReason.KEEPER_STATEMENT and row.reverses is None
    problems = []
    for line in lines:
        is_kept = places[line.from_location_id or line.to_location_id or ""].is_kept
        if is_kept is not is_statement:
            pointer = f"/lines/{line.line - 1}/{name}" if name else ""
            code, says = ("kept_warehouse", _KEPT) if is_kept else ("not_kept", _OURS)
            problems.append(FieldError(pointer, code, says))
    return problems
