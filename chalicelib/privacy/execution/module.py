"""The declaration of what carries out requests of persons."""

from chalicelib.events.queues import Queue
from chalicelib.kernel.declaration import Module
from chalicelib.kernel.events import Consumer
from chalicelib.privacy.persons.events import CARRIES_OUT

MODULE = Module(
    "privacy.execution",
    routes="routes",
    samples="samples",
    consumers=(
        Consumer(
            "privacy.execution",
            "engine.carry_out",
            Queue.NOTIFICATIONS,
            events=frozenset({"user.synced", "user.sync_refused"}),
            topic=CARRIES_OUT,
        ),
    ),
)
