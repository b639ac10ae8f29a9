"""What a process remembers for a while. Age is told by the wall clock, see kernel/clock.py."""

import threading
from collections.abc import Hashable
from typing import Generic, NamedTuple, TypeVar

from cachetools import TLRUCache

from chalicelib.kernel import clock

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Held(NamedTuple, Generic[V]):
    """A remembered value, which may be None, and since when it is known (`clock.wall`)."""

    value: V
    since: float


class TtlCache(Generic[K, V]):
    """Values that are at most `seconds` old; the least recently used go when there are more than `entries`.
    Thread-safe."""

    def __init__(self, seconds: float, entries: int) -> None:
        self._lock = threading.Lock()
        self._entries: TLRUCache[K, Held[V], float] = TLRUCache(
            entries, lambda _, held, __: held.since + seconds, timer=clock.wall
        )

    def get(self, key: K) -> Held[V] | None:
        """What is held under the key; None when nothing is, or it is too old. What seems to be of the future is asked
        anew: the clock has stepped back, and nobody knows how old it is."""
        with self._lock:
            held = self._entries.get(key)
        return held if held is not None and held.since <= clock.wall() else None

    def put(self, key: K, value: V, since: float) -> Held[V]:
        """Remembers the value; `since` is the time before it was asked for, because it is of then."""
        held = Held(value, since)
        with self._lock:
            self._entries[key] = held
        return held

    def drop(self, key: K) -> None:
        """Forgets one key, if it is there."""
        with self._lock:
            self._entries.pop(key, None)

    def clear(self) -> None:
        """Forgets everything."""
        with self._lock:
            self._entries.clear()
