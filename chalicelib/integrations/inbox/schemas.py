"""API schemas of deliveries, and what the platforms' packages and the inbox say to each other."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Self

import msgspec
from msgspec import Meta

from chalicelib.integrations.connections.schemas import ConnectionId, Platform
from chalicelib.kernel import ids
from chalicelib.kernel.errors import DomainError, Invalid
from chalicelib.kernel.external_refs import ExternalRef
from chalicelib.kernel.pages import DocumentQuery
from chalicelib.kernel.schemas import AllowedTransitions, Schema, Stamped

DeliveryId = Annotated[str, ids.described("inb", "the delivery")]
_DETAIL_LENGTH = 500


class DeliveryState(StrEnum):
    """`received`: it waits to be processed. `processing`: it is being processed. `done`: it was applied. `ignored`: it
    changes nothing here. `quarantined`: a person must decide. `failed`: it was tried too often. `dismissed`: a person
    put it aside."""

    RECEIVED = "received"
    PROCESSING = "processing"
    DONE = "done"
    IGNORED = "ignored"
    QUARANTINED = "quarantined"
    FAILED = "failed"
    DISMISSED = "dismissed"


class Delivery(Schema, Stamped, frozen=True, kw_only=True):
    """One delivery of a platform. After 30 days its body is deleted, and it cannot be retried any more."""

    id: DeliveryId
    connection_id: ConnectionId
    platform: Annotated[Platform, Meta(description="The platform that delivered it.")]
    topic: Annotated[str, Meta(description="What the platform says it is about.", examples=["orders/create"])]
    delivery_id: Annotated[
        str, Meta(description="The platform's own id of the delivery; made from the body when it gave none.")
    ]
    state: Annotated[DeliveryState, Meta(description="How far the processing is.")]
    reason: Annotated[
        str | None,
        Meta(
            description="Why it is in this state, as a code for programs; null when there is nothing to say.",
            examples=["unknown_sku"],
        ),
    ]
    detail: Annotated[
        str | None,
        Meta(description="The reason in words, and what a person can do; null when there is nothing to say."),
    ]
    attempts: Annotated[int, Meta(description="How often it was processed; waiting for a job does not count.")]
    external_id: Annotated[
        str | None, Meta(description="The platform's id of the object that it is about; null until it is known.")
    ]
    order_id: Annotated[
        str | None, Meta(description="The id of the sales order that it was applied to; null for none.")
    ]
    has_body: Annotated[
        bool, Meta(description="Whether its body is still kept, without which it cannot be processed again.")
    ]
    received_at: Annotated[datetime, Meta(description="When it arrived.")]
    allowed_transitions: AllowedTransitions


class ReceiptSort(StrEnum):
    """By time of receipt; `-` puts the newest first."""

    RECEIVED = "received_at"
    RECEIVED_DOWN = "-received_at"


class InboxQuery(DocumentQuery, frozen=True, kw_only=True):
    """Newest first."""

    sort: Annotated[ReceiptSort, Meta(description="The sort order; newest first by default.")] | None = None
    unresolved: (
        Annotated[bool, Meta(description="true: only deliveries that wait for a person: quarantined or failed.")] | None
    ) = None
    state: Annotated[DeliveryState, Meta(description="Only deliveries in this state.")] | None = None
    connection_id: Annotated[ConnectionId, Meta(description="Only deliveries of this connection.")] | None = None


class WebhookReceived(msgspec.Struct, frozen=True):
    """The answer to every delivery that is genuine."""

    received: Annotated[bool, Meta(description="Always true: it is kept and will be worked on.")] = True


@dataclass(frozen=True, slots=True)
class InboundDelivery:
    """A verified delivery. `delivery_id` is the platform's, or empty. `settled`: its outcome, if it needs no worker."""

    topic: str
    delivery_id: str
    body: bytes
    settled: "DeliveryOutcome | None" = None


@dataclass(frozen=True, slots=True)
class PrivacyDelivery:
    """A delivery that asks for a person's data or its erasure."""

    connection_id: str
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class PersonAsked:
    """A buyer whose data, or whose erasure, a platform asks for. reference: what the platform calls the buyer."""

    is_erasure: bool
    email: str | None = field(repr=False)
    phone: str | None = field(repr=False)
    reference: ExternalRef | None


@dataclass(frozen=True, slots=True)
class DeliveryOutcome:
    """How a delivery ends. `detail` is shown to people and never holds personal data."""

    state: DeliveryState
    reason: str | None = None
    detail: str | None = None
    external_id: str | None = None
    order_id: str | None = None


class NotYetError(Exception):
    """Raised by a platform's package when other work of ours must end first. The delivery is queued again for later and
    the attempt does not count."""


class QuarantineError(Exception):
    """Raised by a platform's package when a person must decide about this delivery. Other deliveries go on."""

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
