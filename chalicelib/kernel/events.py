"""What an event of the journal is called, and what it means. Each package declares its own in its `events.py`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Event:
    """`name` is what journal, feed and audit trail show: `item.created`. `meaning` is one plain sentence."""

    name: str
    meaning: str

    def __str__(self) -> str:
        return self.name
