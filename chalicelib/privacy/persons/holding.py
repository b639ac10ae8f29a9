"""Who has the data of a person too, by the rows that were found."""

from collections.abc import Iterable

from chalicelib.egress.tables import Disclosure
from chalicelib.integrations.connections.schemas import Platform
from chalicelib.kernel.dynamo.model import Document, Row


def platforms(rows: Iterable[Row]) -> list[str]:
    """The platforms, such as `shopify` or `shopify:<shop>`, each once."""
    known, found = frozenset(Platform), set[str]()
    for row in rows:
        if isinstance(row, Disclosure):
            found.add(row.recipient)
        elif isinstance(row, Document):
            # Of `shopify:<shop>:customer`, the last part is the kind of object.
            found |= {":".join(ref.system.split(":")[:2]) for ref in row.external_refs or ()}
    return sorted(each for each in found if each.partition(":")[0] in known)
