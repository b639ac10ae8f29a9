"""The responses of the system routes."""

from typing import Literal

import msgspec

CheckOutcome = Literal["ok", "failed"]


class Health(msgspec.Struct):
    """The function runs; no other service was checked."""

    status: Literal["ok"]


class Checks(msgspec.Struct):
    """The outcome of the check of each service that the API needs."""

    store: CheckOutcome
    secrets: CheckOutcome
    inbox_queue: CheckOutcome
    jobs_queue: CheckOutcome


class Readiness(msgspec.Struct):
    """All services that the API needs respond."""

    status: Literal["ready"]
    checks: Checks
