"""The life of an export."""

from chalicelib.bulk.exports.schemas import ExportState
from chalicelib.bulk.exports.tables import Export
from chalicelib.kernel.state_machine import StateMachine, automatic

_RUNNING, _DONE, _FAILED, _CANCELLED = ExportState
EXPORT: StateMachine[ExportState, Export] = StateMachine(
    {
        _RUNNING: (automatic("finish", _DONE), automatic("fail", _FAILED), automatic("cancel", _CANCELLED)),
        _DONE: (),
        _FAILED: (),
        _CANCELLED: (),
    },
    attribute="state",
)
