"""The life of a delivery: a worker takes most steps, a person goes on where it could not."""

from chalicelib.integrations.inbox.rules import PRIVACY_REQUEST
from chalicelib.integrations.inbox.schemas import DeliveryState
from chalicelib.integrations.inbox.tables import Delivery
from chalicelib.kernel.state_machine import Guard, StateMachine, automatic, to

_RECEIVED, _PROCESSING, _DONE, _IGNORED, _QUARANTINED, _FAILED, _DISMISSED = DeliveryState
_BY_A_PERSON = (to("retry", _RECEIVED), to("dismiss", _DISMISSED))


def _can_be_retried(row: Delivery) -> bool:
    return row.body_key is not None and row.reason != PRIVACY_REQUEST


DELIVERY: StateMachine[DeliveryState, Delivery] = StateMachine(
    {
        _RECEIVED: (automatic("start", _PROCESSING),),
        _PROCESSING: (
            automatic("start", _PROCESSING),
            automatic("put-back", _RECEIVED),
            automatic("end", _DONE, _IGNORED, _QUARANTINED, _FAILED),
        ),
        _DONE: (),
        _IGNORED: (),
        _QUARANTINED: (*_BY_A_PERSON, automatic("hand-over", _DONE)),
        _FAILED: _BY_A_PERSON,
        _DISMISSED: (),
    },
    attribute="state",
    guards={"retry": Guard("its body is there, and it is no privacy request", _can_be_retried)},
)
