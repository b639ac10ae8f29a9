"""What every function that is not the API shares. These never load app.py, so nothing of it is here."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol, runtime_checkable

from chalicelib import modules  # noqa: F401 - registers all packages
from chalicelib.edge import index
from chalicelib.kernel import clock, log, privacy

_RESERVE_SECONDS = 20.0
"""As long as a commit of a worker may try; a quarter of the time where there is less."""
_LOCAL_SECONDS = 60.0

Failures = dict[str, list[dict[str, str]]]
"""The answer to an event source that takes partial failures."""
Record = Mapping[str, Any]  # Lambda's own, for which it has no types
"""A message or a record, as Lambda delivers it."""


def hide_personal_fields() -> None:
    """Hides the personal fields of all tables in the log lines of a function, which imports the tables of a package
    only when it needs them."""
    privacy.hide(index.current().hidden_names)


@dataclass(frozen=True, slots=True)
class Invocation:
    """One invocation. deadline (clock.monotonic): leaves time to store what is unfinished before Lambda stops it."""

    name: str
    request_id: str
    deadline: float


@runtime_checkable
class _Context(Protocol):
    """What is read of Lambda's context object; Chalice and the local runtime hand over others."""

    aws_request_id: str

    def get_remaining_time_in_millis(self) -> int: ...


@contextmanager
def invocation(name: str, context: object) -> Iterator[Invocation]:
    """Puts the function's name and request id on every log line, and writes the metrics at the end."""
    known = context if isinstance(context, _Context) else None
    request_id = "" if known is None else known.aws_request_id
    left = _LOCAL_SECONDS if known is None else known.get_remaining_time_in_millis() / 1000
    reserve = min(_RESERVE_SECONDS, left / 4)
    log.logger().thread_safe_append_keys(function=name, invocation=request_id)
    try:
        yield Invocation(name, request_id, clock.monotonic() + left - reserve)
    finally:
        log.flush()
        log.logger().thread_safe_remove_keys(["function", "invocation"])


def attempt(what: str, piece: Callable[[], bool | None], **keys: object) -> bool:
    """Does one independent piece of an invocation. False when it raised, which is logged, or returned False.

    The other pieces go on: the failure of one tenant must not hold up another.
    """
    try:
        return piece() is not False
    except Exception:  # the caller reports the piece as failed, and it is delivered again
        log.count("PieceFailed")
        log.logger().exception(what, extra=keys)
        return False


def failures(identifiers: Iterable[str]) -> Failures:
    """The answer to an event source that takes partial failures: these are delivered again, the others are done."""
    return {"batchItemFailures": [{"itemIdentifier": identifier} for identifier in identifiers]}


def messages(what: str, records: Iterable[Record], deadline: float, piece: Callable[[Record], None]) -> Failures:
    """Does `piece` with every message of a queue; answers which are delivered again: those for which it
    failed, and those whose turn had not come by the deadline."""
    failed = []
    for record in records:
        late = clock.monotonic() >= deadline
        if late or not attempt(what, partial(piece, record)):
            failed.append(record["messageId"])
    return failures(failed)


def arn(name: str, placeholder: str) -> str:
    """An event source's ARN from the environment; Chalice wants a literal, and our template puts the real one in."""
    return os.environ.get(name, placeholder)
