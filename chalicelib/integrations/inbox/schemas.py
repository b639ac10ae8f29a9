"""What the API says about deliveries, and what the platforms' packages and the inbox say to each other."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Self

import msgspec

from chalicelib.integrations.connections.schemas import ConnectionId, Platform
from chalicelib.kernel.errors import DomainError, Invalid
from chalicelib.kernel.lists import PageQuery

_DETAIL_LENGTH = 500


class DeliveryState(StrEnum):
    """`received` and `processing` are open; `quarantined` waits for a person; `failed` was tried too often."""

    RECEIVED = "received"
    PROCESSING = "processing"
    DONE = "done"
    IGNORED = "ignored"
    QUARANTINED = "quarantined"
    FAILED = "failed"
    DISMISSED = "dismissed"


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """One delivery of a platform. `reason` is a stable code that says why it stands where it stands, `detail` the same
    in words. `order_id` is our document, `external_id` the object's id on the platform. After 30 days the body is
    deleted, and nothing can be retried any more."""

    id: str
    connection_id: str
    platform: Platform
    topic: str
    delivery_id: str
    state: DeliveryState
    reason: str | None
    detail: str | None
    attempts: int
    external_id: str | None
    order_id: str | None
    has_body: bool
    received_at: datetime
    allowed_transitions: list[str]
    version: int
    created_at: datetime
    created_by: str
    updated_at: datetime
    updated_by: str


class InboxQuery(PageQuery, frozen=True, kw_only=True):
    """Newest first."""

    state: DeliveryState | None = None
    connection_id: ConnectionId | None = None


class Received(msgspec.Struct, frozen=True):
    """The answer to every delivery that is genuine."""

    received: bool = True


@dataclass(frozen=True, slots=True)
class InboundDelivery:
    """A verified delivery. `delivery_id` is the platform's, or empty. `settled`: how it ends at once, without work."""

    topic: str
    delivery_id: str
    body: bytes
    settled: "DeliveryOutcome | None" = None


@dataclass(frozen=True, slots=True)
class DeliveryOutcome:
    """How a delivery ends. `detail` is shown to people and never holds personal data."""

    state: DeliveryState
    reason: str | None = None
    detail: str | None = None
    external_id: str | None = None
    order_id: str | None = None


class NotYetError(Exception):
    """Raised by a platform's package: other work of ours must end first. The delivery comes again soon; waiting is no
    failure."""


class QuarantineError(Exception):
    """Raised by a platform's package: this delivery needs a person, the others go on."""

    def __init__(self, reason: str, detail: str, external_id: str | None = None, order_id: str | None = None) -> None:
        super().__init__(reason)
        self.outcome = DeliveryOutcome(
            DeliveryState.QUARANTINED, reason, detail[:_DETAIL_LENGTH], external_id, order_id
        )

    @classmethod
    def of(cls, refused: DomainError, external_id: str | None = None, order_id: str | None = None) -> Self:
        """From what one of our own rules said; its words are safe to show."""
        reason, detail = refused.code, refused.detail
        if isinstance(refused, Invalid) and refused.errors:
            reason = refused.errors[0].code
            detail = " ".join(f"{error.pointer}: {error.message}" for error in refused.errors)
        return cls(reason, detail, external_id, order_id)
