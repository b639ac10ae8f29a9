"""What may change the stock of a warehouse that its keeper counts: transfers, and statements of the keeper."""

from collections.abc import Iterable, Mapping, Sequence

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


def errors(places: Iterable[tuple[str, Place]], *, is_statement: bool) -> list[FieldError]:
    """The errors of what only a keeper's statement may change, and of such a statement about a warehouse that is
    counted by us. places: each with the pointer of what names it."""
    return [
        FieldError(pointer, *(("kept_warehouse", _KEPT) if place.is_kept else ("not_kept", _OURS)))
        for pointer, place in places
        if place.is_kept is not is_statement
    ]


def of_document(
    row: StockDocument, lines: Sequence[DocumentLine], places: Mapping[str, Place], name: str
) -> list[FieldError]:
    """The same of the lines of a document; transfers come and go everywhere. name: of the field that names the location
    in each line; empty for none."""
    if row.kind is StockDocumentKind.TRANSFER:
        return []
    named = [(f"/lines/{line.line - 1}/{name}" if name else "", places[line.locations()[0]]) for line in lines]
    return errors(named, is_statement=row.reason is StockAdjustmentReason.KEEPER_STATEMENT)
