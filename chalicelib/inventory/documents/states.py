"""The state machine of stock documents."""

from chalicelib.inventory.documents.document_schemas import StockDocumentStatus
from chalicelib.inventory.documents.schemas import StockAdjustmentReason
from chalicelib.inventory.documents.tables import StockDocument
from chalicelib.kernel.state_machine import Guard, StateMachine, automatic, to

_POSTING, _POSTED, _IN_TRANSIT, _REVERSED = StockDocumentStatus
STOCK_DOCUMENT: StateMachine[StockDocumentStatus, StockDocument] = StateMachine(
    {
        _POSTING: (automatic("finish", _POSTED, _IN_TRANSIT),),
        _POSTED: (to("reverse", _REVERSED),),
        _IN_TRANSIT: (to("arrive", _IN_TRANSIT, _POSTED), to("reverse", _REVERSED)),
        _REVERSED: (),
    },
    guards={
        "reverse": Guard(
            "it takes nothing back, is no keeper's statement, and nothing has arrived of goods that were sent",
            lambda row: (
                row.reverses is None
                and row.reason is not StockAdjustmentReason.KEEPER_STATEMENT
                and not (row.sent and row.has_arrived)
            ),
        )
    },
    job_of=lambda row: row.job_id,
)
