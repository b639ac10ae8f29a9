"""Where access-log lines are kept."""

from collections.abc import Sequence

from chalicelib.audit.access_log.tables import AccessLogEntry
from chalicelib.kernel.dynamo import store


def put_many(rows: Sequence[AccessLogEntry]) -> None:
    """Writes rows with different keys, whatever was there. Contention when the store goes on throttling."""
    store.put_many(rows)
