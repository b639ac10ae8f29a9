"""Taking in the gateway's access log, and showing it."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime

import msgspec

from chalicelib.audit.access_log import repository, route, tables
from chalicelib.audit.access_log.schemas import AccessLine, AccessLogEntry, AccessQuery
from chalicelib.events import heads
from chalicelib.kernel import clock, log
from chalicelib.kernel.call import Call
from chalicelib.kernel.lists import paginate
from chalicelib.kernel.mapping import to_struct
from chalicelib.kernel.pages import Page
from chalicelib.kernel.tenant import PLATFORM, SEPARATOR, Tenant, compound

_LINE = re.compile(r'\{"path": ?"(?P<path>.*)", ?(?P<values>"request_id":.*)', re.DOTALL)
_NONE = "-"
_MAX_TEXT = 256


def intake(lines: Iterable[str]) -> int:
    """Stores access-log lines and returns how many; a repeated line writes the same row again.

    A line that cannot be read is counted and left out, because its delivery would be repeated for ever.
    """
    rows: dict[tuple[str, str], tables.AccessLogEntry] = {}
    unreadable = 0
    for line in lines:
        try:
            row = _row(_read(line))
        except (msgspec.MsgspecError, ValueError, OverflowError):
            unreadable += 1
        else:
            rows[row.partition, row.sort_key] = row
    repository.put_many(list(rows.values()))
    log.count("AccessLines", len(rows))
    if unreadable:
        log.count("AccessLinesUnreadable", unreadable)
        log.logger().error("access-log lines could not be read", count=unreadable)
    return len(rows)


def page(call: Call, query: AccessQuery) -> Page[AccessLogEntry]:
    """A page of the tenant's requests, newest first. BadRequest when `from` is not before `to`."""
    with clock.shown_by(None):  # the gateway writes the log, at the real time
        rows, cursor = paginate(tables.AccessLogEntry, tables.VIEWS, call, query)
    return Page([to_struct(row, AccessLogEntry) for row in rows], cursor)


def _read(text: str) -> AccessLine:
    """The line; ValueError when it is none. The path is the caller's text, in which the gateway may not escape quotes.
    So it comes first, and the values behind it are read by themselves: a path cannot pretend to be one of them."""
    found = _LINE.fullmatch(text)
    if found is None:
        raise ValueError("not a line of the access log")
    return msgspec.structs.replace(msgspec.json.decode("{" + found["values"], type=AccessLine), path=found["path"])


def _row(line: AccessLine) -> tables.AccessLogEntry:
    tenant = _tenant(line.tenant)
    at = datetime.fromtimestamp(int(line.time_ms) / 1000, UTC)
    moment = clock.text(at)
    return tables.AccessLogEntry(
        partition=tenant.key(moment[:10]),
        sort_key=compound(moment, line.request_id.replace(SEPARATOR, "_")[:_MAX_TEXT]),
        request_id=line.request_id[:_MAX_TEXT],
        at=at,
        ip=_given(line.ip),
        method=line.method[:_MAX_TEXT],
        route=route.of_line(line)[:_MAX_TEXT],
        status=int(line.status),
        latency_ms=None if line.latency_ms == _NONE else int(line.latency_ms),
        actor=_given(line.actor),
        authorizer_id=_given(line.authorizer_id) if _given(line.error) else None,
        error=_given(line.error),
    )


def _tenant(name: str) -> Tenant:
    """The tenant that the authorizer found; the platform for a request that it refused, or whose organization is no
    tenant."""
    if name in (_NONE, "", PLATFORM.id):
        return PLATFORM
    tenant = Tenant(name)
    return tenant if heads.is_known(tenant) else PLATFORM


def _given(value: str) -> str | None:
    return None if value in (_NONE, "") else value[:_MAX_TEXT]
