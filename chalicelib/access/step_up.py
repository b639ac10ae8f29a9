"""Step-up authentication: a dangerous operation needs a recent login of a user (RFC 9470)."""

from chalicelib.access import expiry
from chalicelib.access.errors import STEP_UP_SECONDS, StepUpRequired
from chalicelib.kernel import clock
from chalicelib.kernel.call import Call
from chalicelib.kernel.errors import Forbidden


def require(call: Call) -> None:
    """Forbidden for a service account, which cannot log in; StepUpRequired when the last login is unknown, too long ago
    or in the future."""
    if call.kind != "user":
        raise Forbidden("A service account may not do this; a person must.")
    if not is_recent(call):
        raise StepUpRequired()


def is_recent(call: Call) -> bool:
    """Whether the caller has logged in within the last minutes."""
    moment = clock.real().timestamp()
    return call.auth_time is not None and -expiry.LEEWAY_SECONDS <= moment - call.auth_time <= STEP_UP_SECONDS
