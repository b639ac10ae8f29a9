"""What the system routes answer."""

from typing import Literal

import msgspec

CheckOutcome = Literal["ok", "failed"]


class Health(msgspec.Struct):
    """The function runs; nothing else was asked."""

    status: Literal["ok"]


class Checks(msgspec.Struct):
    """One outcome for each thing that the API needs."""

    store: CheckOutcome
    secrets: CheckOutcome
    inbox_queue: CheckOutcome
    jobs_queue: CheckOutcome


class Readiness(msgspec.Struct):
    """Everything that the API needs answers."""

    status: Literal["ready"]
    checks: Checks
