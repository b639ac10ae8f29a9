"""The life of an import."""

from chalicelib.bulk.imports.schemas import ImportState
from chalicelib.bulk.imports.tables import Import
from chalicelib.kernel.state_machine import StateMachine, automatic, to

_AWAITING, _RUNNING, _DONE, _FAILED, _CANCELLED = ImportState
IMPORT: StateMachine[ImportState, Import] = StateMachine(
    {
        _AWAITING: (to("start", _RUNNING), to("cancel", _CANCELLED)),
        _RUNNING: (to("cancel", _CANCELLED), automatic("finish", _DONE), automatic("fail", _FAILED)),
        _DONE: (),
        _FAILED: (),
        _CANCELLED: (),
    },
    attribute="state",
)
