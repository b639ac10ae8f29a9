"""Values that must be unique in a tenant: one row each, written in the same transaction as their owner."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pynamodb.expressions.condition import Condition

from chalicelib.kernel.codes import folded
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.dynamo.attributes import Text
from chalicelib.kernel.dynamo.model import Row, meta
from chalicelib.kernel.privacy import BUSINESS
from chalicelib.kernel.tenant import Tenant

_KEY_BYTES = 1024
"""DynamoDB has no longer sort keys."""


class Unique(Row):
    """Access: by kind and value. The value must not be personal data; store a lookup token of it instead
    (kernel/lookup_tokens.py)."""

    Meta = meta("uniques")
    partition = Text(BUSINESS, hash_key=True)
    value = Text(BUSINESS, range_key=True)
    owner = Text(BUSINESS)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of unique value. name: in keys. value: what people call it, such as `code`. owner: what has it, such as
    `item`. form: the form in which values are stored and compared."""

    name: str
    value: str
    owner: str
    form: Callable[[str], str] = folded

    def taken(self, owner_id: str | None) -> str:
        """Says that another document has the value, and which one, if that may be told."""
        named = "" if owner_id is None else f": {owner_id}"
        return f"This {self.value} belongs to another {self.owner}{named}."


def references(entity: str) -> Kind:
    """The kind of the external references of an entity's documents. Case counts: there are systems whose ids differ
    in nothing else."""
    return Kind(f"{entity}_ref", "external reference", entity.replace("_", " "), form=str)


def ref(tenant: Tenant, kind: Kind, value: str) -> store.Ref:
    """The key of the row that stores the owner of the value."""
    return store.Ref(Unique, tenant.key(kind.name), kind.form(value))


def refs(tenant: Tenant, kind: Kind, values: Iterable[str]) -> dict[str, store.Ref]:
    """Value, as it is given, to the key of its row; without values that no row can have, too long or empty."""
    found = {value: ref(tenant, kind, value) for value in values}
    return {value: name for value, name in found.items() if 0 < len(str(name.range_key).encode()) <= _KEY_BYTES}


def is_value(tenant: Tenant, kind: Kind, value: str) -> Condition:
    """The key condition of the row that stores the owner of the value, for lists."""
    name = ref(tenant, kind, value)
    condition: Condition = (Unique.partition == name.hash_key) & (Unique.value == name.range_key)
    return condition


def owners(tenant: Tenant, kind: Kind, values: Iterable[str]) -> dict[str, str]:
    """Value, as it is given, to owner's id, for the values that have an owner; strongly consistent, one round trip for
    each 100."""
    names = refs(tenant, kind, values)
    found = store.get_many(names.values())
    return {value: item["owner"]["S"] for value, name in names.items() if (item := found[name]) is not None}
