"""Values that must be unique in a tenant: one row each, written in the same transaction as their owner."""

from collections.abc import Iterable, Mapping

from chalicelib.kernel.dynamo import store
from chalicelib.kernel.dynamo.attributes import Text
from chalicelib.kernel.dynamo.model import Row, meta
from chalicelib.kernel.privacy import BUSINESS
from chalicelib.kernel.tenant import Tenant


class Unique(Row):
    """Access: by kind and value. The value must not be personal data; store a lookup token of it instead
    (kernel/lookup_tokens.py)."""

    Meta = meta("uniques")
    partition = Text(BUSINESS, hash_key=True)
    value = Text(BUSINESS, range_key=True)
    owner = Text(BUSINESS)


def ref(tenant: Tenant, kind: str, value: str) -> store.Ref:
    """The key of the row that stores the owner of the value."""
    return store.Ref(Unique, tenant.key(kind), value)


def owners(tenant: Tenant, kind: str, values: Iterable[str]) -> Mapping[str, str]:
    """Value to owner's id, for the values that have an owner; strongly consistent, one round trip for each 100."""
    found = store.get_many(ref(tenant, kind, value) for value in values)
    return {str(key.range_key): item["owner"]["S"] for key, item in found.items() if item is not None}
