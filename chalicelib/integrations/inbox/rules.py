"""Decisions about deliveries that need no store."""

import hashlib

from chalicelib.integrations.inbox.schemas import DeliveryState
from chalicelib.kernel import ids

OPEN = frozenset({DeliveryState.RECEIVED, DeliveryState.PROCESSING})
MAX_ATTEMPTS = 5
MAX_WAITS = 40
"""About an hour."""
_WAIT_SECONDS = 5
_LONGEST_WAIT_SECONDS = 90
"""Shorter than requeue.STALE_AFTER: a delivery that waits is not queued a second time."""
PRIVACY_REQUEST = "privacy_request"
"""Reason of a delivery that asks for a person's data or its erasure: it can be dismissed but not worked on again."""


def wait_seconds(waits: int) -> int:
    """How long a delivery that has waited so often waits the next time."""
    return min(_LONGEST_WAIT_SECONDS, _WAIT_SECONDS * (1 << min(waits, 10)))


def identity(connection_id: str, topic: str, delivery_id: str, body: bytes) -> tuple[str, str]:
    """Our id of a delivery, and the platform's, made from the body when it gave none.

    Headers are not signed, so they prove nothing: another body or topic under a known delivery id is a delivery of its
    own and cannot stand in the way of the real one.
    """
    digest = hashlib.sha256(body).hexdigest()
    given = delivery_id or f"sha256-{digest[:32]}"
    material = "\n".join((connection_id, topic, given, digest)).encode()
    return ids.derived("inb", hashlib.sha256(material).digest()), given
