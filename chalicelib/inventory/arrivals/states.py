"""The state machine of expected arrivals."""

from chalicelib.inventory.arrivals.schemas import ArrivalStatus
from chalicelib.inventory.arrivals.tables import Arrival
from chalicelib.kernel.state_machine import StateMachine, to

_EXPECTED, _DONE = ArrivalStatus
ARRIVAL: StateMachine[ArrivalStatus, Arrival] = StateMachine(
    {_EXPECTED: (to("update", _EXPECTED), to("complete", _DONE)), _DONE: ()}
)
