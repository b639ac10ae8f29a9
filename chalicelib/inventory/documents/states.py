"""The state machine of stock documents."""

from chalicelib.inventory.documents.document_schemas import StockDocumentStatus
from chalicelib.inventory.documents.tables import StockDocument
from chalicelib.kernel.state_machine import Guard, StateMachine, to

_POSTED, _IN_TRANSIT, _REVERSED = StockDocumentStatus


def is_whole(row: StockDocument) -> bool:
    """Whether nothing has arrived of a transfer whose goods were sent; of other documents always."""
    return not row.sent or not any(line.arrived or line.lost for line in row.lines)


STOCK_DOCUMENT: StateMachine[StockDocumentStatus, StockDocument] = StateMachine(
    {
        _POSTED: (to("reverse", _REVERSED),),
        _IN_TRANSIT: (to("arrive", _IN_TRANSIT, _POSTED), to("reverse", _REVERSED)),
        _REVERSED: (),
    },
    guards={
        "reverse": Guard(
            "it takes nothing back itself, and nothing has arrived of goods that were sent",
            lambda row: row.reverses is None and is_whole(row),
        )
    },
)
