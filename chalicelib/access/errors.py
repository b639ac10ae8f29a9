"""Errors of refused access."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

import msgspec

from chalicelib.kernel.errors import DomainError, Forbidden, Unauthorized

STEP_UP_SECONDS = 900
"""The maximum age of the login for a dangerous operation: long enough to fill in a form, short enough to limit the risk
of an unattended screen."""


class TenantUnknown(Forbidden):
    """The token names an organization of the realm that the operator has not made a tenant."""

    code = "tenant_unknown"
    title = "There is no tenant for this organization"


class TenantSuspended(Forbidden):
    code = "tenant_suspended"
    title = "This tenant is suspended or closed"


class UserDisabled(Forbidden):
    code = "user_disabled"
    title = "You have no access to this tenant any more"


class PolicyNotAccepted(Forbidden):
    """A change of the privacy policy that must be accepted is in force, and the user has not accepted it."""

    code = "policy_not_accepted"
    title = "The privacy policy has changed and must be accepted first"
    extra: ClassVar[Mapping[str, Any]] = {
        "policy_version": Annotated[
            int,
            msgspec.Meta(
                description="The version to read at `GET /v1/privacy/policy` and to accept with "
                "`POST /v1/privacy/policy/acceptances`; a later one will do too."
            ),
        ]
    }

    def __init__(self, version: int) -> None:
        super().__init__(f"Read version {version} of the privacy policy and accept it to go on.")
        self.version = version

    def members(self) -> dict[str, Any]:
        return {"policy_version": self.version}


class StepUpRequired(Unauthorized):
    """The frontend must ask the user to log in again, with `max_age` in the authorization request (RFC 9470)."""

    code = "insufficient_user_authentication"
    title = "This needs a recent login"
    extra: ClassVar[Mapping[str, Any]] = {
        "max_age": Annotated[
            int,
            msgspec.Meta(description="The maximum age of the login, in seconds; send it in the authorization request."),
        ]
    }
    challenge = f'Bearer error="insufficient_user_authentication", max_age="{STEP_UP_SECONDS}"'

    def __init__(self) -> None:
        super().__init__(f"Log in again: this needs a login of the last {STEP_UP_SECONDS // 60} minutes.")

    def members(self) -> dict[str, Any]:
        return {"max_age": STEP_UP_SECONDS}


class RateLimited(DomainError):
    """The gateway uses the same code in its own response, when the whole stage is throttled."""

    status = 429
    code = "rate_limited"
    title = "Too many requests"
