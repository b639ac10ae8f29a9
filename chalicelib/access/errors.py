"""What is answered to callers who may not."""

from collections.abc import Mapping
from typing import Any, ClassVar

from chalicelib.kernel.errors import DomainError, Forbidden, Unauthorized

STEP_UP_SECONDS = 900
"""How long ago the login for a dangerous operation may be: long enough to fill in a form, short enough that a forgotten
screen is of little use."""


class TenantSuspended(Forbidden):
    code = "tenant_suspended"
    title = "This tenant is suspended or closed"


class UserDisabled(Forbidden):
    code = "user_disabled"
    title = "You have no access to this tenant any more"


class StepUpRequired(Unauthorized):
    """The frontend must send the person to the login once more, with `max_age` (RFC 9470)."""

    code = "insufficient_user_authentication"
    title = "This needs a recent login"
    extra: ClassVar[Mapping[str, Any]] = {"max_age": int}
    challenge = f'Bearer error="insufficient_user_authentication", max_age="{STEP_UP_SECONDS}"'

    def __init__(self) -> None:
        super().__init__(f"Log in again: this needs a login of the last {STEP_UP_SECONDS // 60} minutes.")

    def members(self) -> dict[str, Any]:
        return {"max_age": STEP_UP_SECONDS}


class RateLimited(DomainError):
    """Also the code of the gateway's own refusal, when the whole stage is at its limit."""

    status = 429
    code = "rate_limited"
    title = "Too many requests"
