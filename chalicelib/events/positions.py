"""The positions of consumers in their tenant's feed. Each write holds only while the row is as it was read, so an
invocation that was overtaken changes nothing."""

from datetime import datetime
from typing import TypedDict, Unpack

from chalicelib.events.tables import ByWakeTime, Position
from chalicelib.events.wakes import Wake
from chalicelib.kernel import clock
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.dynamo.model import Item
from chalicelib.kernel.dynamo.store import Action, Ref
from chalicelib.kernel.tenant import PLATFORM, Tenant, parts_of

_WAITING = PLATFORM.key("waiting")
_MOST_AT_ONCE = 500


class PositionChanges(TypedDict, total=False):
    """Attributes of a position that change, each described there; None removes one."""

    position: int
    failing: int | None
    attempts: int | None
    put_off_until: datetime | None
    is_slow: bool | None
    retry_at: datetime | None


class Overtaken(Exception):
    """Another invocation has written the position meanwhile."""


def ref(tenant: Tenant, consumer: str) -> Ref:
    """The key of a consumer's position."""
    return Ref(Position, tenant.key("positions"), consumer)


def of(tenant: Tenant, consumer: str, item: Item | None) -> Position:
    """The position as it was read; before the first entry when there is none."""
    if item is not None:
        return Position.read(item)
    return Position(partition=tenant.key("positions"), consumer=consumer, position=0, version=0)


def moved(row: Position, to: int, *, is_slow: bool = False) -> Position:
    """Stores that everything up to a number is handled. Overtaken."""
    return written(row, position=to, failing=None, attempts=None, put_off_until=None, is_slow=is_slow or None)


def written(row: Position, **changes: Unpack[PositionChanges]) -> Position:
    """Stores changes and returns the new row. Overtaken."""
    new = changed(row, **changes)
    if not store.write(write_of(row, new)):
        raise Overtaken
    return new


def changed(row: Position, **changes: Unpack[PositionChanges]) -> Position:
    """The row with changes and its next version."""
    new = Position(**{**row.attribute_values, **changes, "version": row.version + 1})
    times = [moment for moment in (new.put_off_until, new.retry_at) if moment is not None]
    new.wake_at = min(times, default=None)
    new.waiting = _WAITING if times else None
    return new


def write_of(row: Position, new: Position) -> Action:
    """The action that replaces the row as it was read."""
    return store.put(new, Position.version == row.version if row.version else Position.consumer.does_not_exist())


def due(now: datetime) -> list[Wake]:
    """The consumers of all tenants whose time to be woken has come, the longest overdue first."""
    condition = (ByWakeTime.waiting == _WAITING) & (ByWakeTime.wake_at <= clock.text(now))
    page = store.query(Position, condition, index="by_wake_time", limit=_MOST_AT_ONCE)
    return [Wake(parts_of(item["partition"]["S"])[0], item["consumer"]["S"]) for item in page.items]
