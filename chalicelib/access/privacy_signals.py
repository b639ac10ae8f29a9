"""The Global Privacy Control signal of browsers (`Sec-GPC: 1`), recorded once a day for each user who sends it.

NovexERP sells nothing and shares nothing for advertising, so the signal changes no processing; that it was sent is on
record. The gateway's access log cannot hold a header, so the application records it itself.
"""

from chalicelib.kernel import clock, log, outages
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.dynamo.attributes import Day, Moment, Text
from chalicelib.kernel.dynamo.model import Row, meta
from chalicelib.kernel.errors import Contention
from chalicelib.kernel.privacy import ONE_YEAR_DAYS, USAGE, Retention
from chalicelib.kernel.tenant import compound
from chalicelib.kernel.ttl_cache import TtlCache

_ONE_DAY = 86_400
_CACHED = 10_000
_recorded: TtlCache[tuple[str, str, str], None] = TtlCache(_ONE_DAY, _CACHED)


class PrivacySignal(Row):
    """Access: by month, newest day first. One row for each user and day on which the signal was sent, written by the
    first request that a process sees. Limit: 1,000 write units a second for a tenant and month."""

    Meta = meta("privacy_signals")
    partition = Text(USAGE, hash_key=True)
    sort_key = Text(USAGE, range_key=True)
    day = Day(USAGE)
    actor = Text(USAGE)
    first_at = Moment(USAGE)
    retention = Retention(
        rule="privacy_signals",
        days=2 * ONE_YEAR_DAYS,
        since="first_at",
        basis="Records of requests to opt out are kept for 24 months (CCPA regulations)",
        by_ttl=True,
    )


def record(call: Call) -> None:
    """Records that the caller's browser has sent the signal today, in UTC. The request goes on when it cannot be
    written; the next one tries again."""
    now = clock.real()
    day = now.date().isoformat()
    known = (call.tenant.id, call.actor, day)
    if _recorded.get(known) is not None:
        return
    since = clock.wall()
    row = PrivacySignal(
        partition=call.tenant.key(day[:7]),
        sort_key=compound(day, call.actor),
        day=now.date(),
        actor=call.actor,
        first_at=now,
    )
    try:
        with outages.as_contention():
            store.write(store.insert(row))
    except Contention as error:
        log.logger().warning("a privacy signal was not recorded", reason=log.reason_of(error))
        return
    _recorded.put(known, None, since)
