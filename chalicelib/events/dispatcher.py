"""The dispatcher: for every entry that got its number, it wakes the consumers that handle the entry's event. It writes
nothing."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from chalicelib.events import wakes
from chalicelib.events.wakes import Reached
from chalicelib.kernel.tenant import Tenant, parts_of


def dispatch(records: Iterable[Mapping[str, Any]]) -> int:
    """Sends the wakes for records of the journal's stream and returns their number. Contention when a queue does not
    take them: repeating it does no harm."""
    found = wakes.of(_reached(records))
    wakes.send(found)
    return len(found)


def _reached(records: Iterable[Mapping[str, Any]]) -> Iterator[Reached]:
    for record in records:
        entry = record["dynamodb"]["NewImage"]
        if "number" in entry:
            tenant = Tenant(parts_of(entry["partition"]["S"])[0])
            yield Reached(tenant, entry["event"]["S"], int(entry["number"]["N"]))
