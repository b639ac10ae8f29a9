"""A cache with expiry in the memory of a process. Ages are measured with the wall clock, see kernel/clock.py."""

import threading
from collections.abc import Hashable
from typing import Generic, NamedTuple, TypeVar

from cachetools import TLRUCache

from chalicelib.kernel import clock

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Held(NamedTuple, Generic[V]):
    """A cached value, which may be None, and the time it was read (`clock.wall`)."""

    value: V
    since: float


class TtlCache(Generic[K, V]):
    """Values that are at most `seconds` old; evicts the least recently used when there are more than `entries`.
    Thread-safe."""

    def __init__(self, seconds: float, entries: int) -> None:
        self._lock = threading.Lock()
        self._entries: TLRUCache[K, Held[V], float] = TLRUCache(
            entries, lambda _, held, __: held.since + seconds, timer=clock.wall
        )

    def get(self, key: K) -> Held[V] | None:
        """The cached value of the key; None when there is none, it is too old, or its time is in the future: then the
        clock has been set back and the age is unknown."""
        with self._lock:
            held = self._entries.get(key)
        return held if held is not None and held.since <= clock.wall() else None

    def put(self, key: K, value: V, since: float) -> Held[V]:
        """Stores the value; `since` is the time before it was requested, so that its age is not underestimated."""
        held = Held(value, since)
        with self._lock:
            self._entries[key] = held
        return held

    def drop(self, key: K) -> None:
        """Removes one key, if it exists."""
        with self._lock:
            self._entries.pop(key, None)

    def clear(self) -> None:
        """Removes all values."""
        with self._lock:
            self._entries.clear()
