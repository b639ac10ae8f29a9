"""The state machine of breaches."""

from chalicelib.kernel.state_machine import StateMachine, to
from chalicelib.privacy.breaches.schemas import BreachStatus
from chalicelib.privacy.breaches.tables import Breach

_RECORDED, _ASSESSED, _CLOSED = BreachStatus
BREACH: StateMachine[BreachStatus, Breach] = StateMachine(
    {
        _RECORDED: (to("update", _RECORDED), to("notify", _RECORDED), to("assess", _ASSESSED)),
        _ASSESSED: (
            to("update", _ASSESSED),
            to("notify", _ASSESSED),
            to("assess", _ASSESSED),
            to("close", _CLOSED),
        ),
        _CLOSED: (to("reopen", _ASSESSED),),
    }
)
