"""Where disclosures are written down."""

from chalicelib.egress.tables import Disclosure
from chalicelib.kernel import outages
from chalicelib.kernel.dynamo import store


def put(row: Disclosure) -> None:
    """Writes a disclosure, outside any transaction: it stands whatever becomes of the call. Contention when it cannot
    be written."""
    with outages.as_contention():
        store.write(store.put(row))
