"""Refusals of connections."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from msgspec import Meta

from chalicelib.integrations.connections.rules import ADVICE
from chalicelib.integrations.connections.schemas import PendingReason
from chalicelib.kernel.errors import Conflict


class NotProven(Conflict):
    """The platform did not confirm that the credentials belong to the connection's account."""

    code = "not_proven"
    title = "The platform did not confirm that this account is yours"
    extra: ClassVar[Mapping[str, Any]] = {
        "reason": Annotated[PendingReason, Meta(description="Why the platform did not confirm it.")]
    }

    def __init__(self, reason: PendingReason) -> None:
        super().__init__(ADVICE[reason])
        self.reason = reason

    def members(self) -> dict[str, Any]:
        return {"reason": self.reason}
