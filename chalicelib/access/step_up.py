"""Step-up: a dangerous operation needs a person who has just proved who he is (RFC 9470)."""

from collections.abc import Mapping
from typing import Any, ClassVar

from chalicelib.access import expiry
from chalicelib.kernel import clock
from chalicelib.kernel.call import Call
from chalicelib.kernel.errors import Forbidden, Unauthorized

MAX_AGE_SECONDS = 900
"""A login this recent will do: long enough to fill in a form, short enough that a forgotten screen is of little use."""


class StepUpRequired(Unauthorized):
    """The frontend must send the person to the login once more, with `max_age`."""

    code = "insufficient_user_authentication"
    title = "This needs a recent login"
    extra: ClassVar[Mapping[str, Any]] = {"max_age": int}
    challenge = f'Bearer error="insufficient_user_authentication", max_age="{MAX_AGE_SECONDS}"'

    def __init__(self) -> None:
        super().__init__(f"Log in again: this needs a login of the last {MAX_AGE_SECONDS // 60} minutes.")

    def members(self) -> dict[str, Any]:
        return {"max_age": MAX_AGE_SECONDS}


def require(call: Call) -> None:
    """Forbidden for a service account, which nobody stands behind; StepUpRequired when the last login is unknown, too
    long ago or in the future."""
    if call.kind != "user":
        raise Forbidden("A service account may not do this; a person must.")
    moment = clock.now().timestamp()
    if call.auth_time is None or not -expiry.LEEWAY_SECONDS <= moment - call.auth_time <= MAX_AGE_SECONDS:
        raise StepUpRequired()
