"""The name and meaning of a journal event. Each package declares its events in its `events.py`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Event:
    """name: shown in the journal, feed and audit trail, such as `document.created`. meaning: one plain sentence."""

    name: str
    meaning: str

    def __str__(self) -> str:
        return self.name
