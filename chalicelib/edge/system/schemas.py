"""What the system routes answer."""

from typing import Literal

import msgspec

Outcome = Literal["ok", "failed"]


class Health(msgspec.Struct):
    """The function runs; nothing else was asked."""

    status: Literal["ok"]


class Checks(msgspec.Struct):
    """One outcome for each thing that the API needs."""

    store: Outcome
    secrets: Outcome
    inbox_queue: Outcome
    jobs_queue: Outcome


class Readiness(msgspec.Struct):
    """Everything that the API needs answers."""

    status: Literal["ready"]
    checks: Checks
