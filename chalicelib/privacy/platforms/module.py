"""The declaration of privacy requests that connected platforms pass on."""

from chalicelib.events.queues import Queue
from chalicelib.kernel.declaration import Module
from chalicelib.kernel.events import Consumer

MODULE = Module(
    "privacy.platforms",
    consumers=(
        Consumer(
            "privacy.platforms",
            "consumers.take_over",
            Queue.NOTIFICATIONS,
            events=frozenset({"inbox_delivery.quarantined"}),
        ),
    ),
)
