"""The base classes of all tables."""

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Self

from pynamodb.attributes import Attribute
from pynamodb.connection import Connection
from pynamodb.exceptions import AttributeNullError
from pynamodb.indexes import Index, KeysOnlyProjection

from chalicelib.kernel import config, privacy
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import client, pynamodb_internals
from chalicelib.kernel.dynamo.attributes import Declared, Moment, Struct, Text, Whole
from chalicelib.kernel.external_refs import ExternalRef
from chalicelib.kernel.privacy import BUSINESS, USAGE, Retention
from chalicelib.kernel.tenant import Tenant

if TYPE_CHECKING:  # it imports this module
    from chalicelib.kernel.dynamo.actions import Ref

Item = dict[str, Any]
"""An item in botocore's format: `{"name": {"S": "…"}}`."""


def meta(plural: str, stream: str | None = None) -> Any:
    """The `Meta` of a table named `novex-<stage>-<plural>`."""
    options: dict[str, Any] = {
        "table_name": f"novex-{config.current().stage}-{plural}",
        "billing_mode": "PAY_PER_REQUEST",
        "region": client.region(),
    }
    if stream:
        options["stream_view_type"] = stream
    return type("Meta", (), options)


def index_meta(name: str) -> Any:
    """The `Meta` of a keys-only index; lists then read the documents by key."""
    return type("Meta", (), {"index_name": name, "projection": KeysOnlyProjection()})


class Row(pynamodb_internals.SharingModel):
    """Any stored item: a hash key that begins with the tenant, and usually a range key."""

    retention: ClassVar[Retention | tuple[Retention, ...] | None] = None

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        for name, attribute in vars(cls).items():
            if isinstance(attribute, Attribute):
                if not isinstance(attribute, Declared):
                    raise TypeError(f"{cls.__name__}.{name} has no field class")
                privacy.declare(name, attribute.field_class)

    @classmethod
    def shared_connection(cls) -> Connection:
        return client.connection()

    @classmethod
    def retention_rules(cls) -> tuple[Retention, ...]:
        """The retention rules of this table."""
        declared = cls.retention
        return declared if isinstance(declared, tuple) else () if declared is None else (declared,)

    @classmethod
    def table_name(cls) -> str:
        return str(cls.Meta.table_name)

    @classmethod
    def key_of(cls, hash_key: str, range_key: Any = None) -> Item:
        """The key of a row in botocore's format."""
        attributes = cls.get_attributes()
        key: Item = {attributes[pynamodb_internals.hash_name(cls)].attr_name: {"S": hash_key}}
        range_name = pynamodb_internals.range_name(cls)
        if range_name is not None:
            attribute = attributes[range_name]
            key[attribute.attr_name] = {attribute.attr_type: attribute.serialize(range_key)}
        return key

    @classmethod
    def key_names(cls) -> tuple[str, ...]:
        """The names of the key attributes, hash key first."""
        attributes = cls.get_attributes()
        names = (pynamodb_internals.hash_name(cls), pynamodb_internals.range_name(cls))
        return tuple(str(attributes[name].attr_name) for name in names if name)

    @classmethod
    def indexes(cls) -> Iterator[Index[Any]]:
        """The table's secondary indexes."""
        yield from pynamodb_internals.indexes(cls)

    @classmethod
    def read(cls, item: Item) -> Self:
        """The row of an item; a missing attribute is the default or None. Faster than PynamoDB's own
        deserialization."""
        row = cls.__new__(cls)
        row.attribute_values = values = _defaults(cls).copy()
        for name, stored, kind, restore in _readers(cls):
            value = item.get(stored)
            if value is not None and "NULL" not in value:
                values[name] = restore(value[kind])
        return row

    def item(self) -> Item:
        """The item of the row, the reverse of `read`. AttributeNullError when a required attribute is missing."""
        values, item = self.attribute_values, {}
        for name, stored, kind, optional, store in _writers(type(self)):
            value = values.get(name)
            if value is not None:
                item[stored] = {kind: store(value)}
            elif not optional:
                raise AttributeNullError(name)
        return item

    def is_visible_to(self, call: Call) -> bool:
        """Whether the caller may see the row; overridden by tables whose rows name their parts of the tenant."""
        return True

    def visibility_parents(self, tenant: Tenant) -> "Iterable[Ref]":
        """The rows that the caller must be able to see to see this one; overridden by tables whose rows belong to other
        rows."""
        return ()

    def key(self) -> Item:
        item = self.item()
        return {name: item[name] for name in self.key_names()}


@cache
def _readers(model: type[Row]) -> tuple[tuple[str, str, str, Callable[[Any], Any]], ...]:
    """For each attribute: its name, the stored name, the type, and the function that deserializes the value."""
    attributes = model.get_attributes().items()
    return tuple((name, entry.attr_name, entry.attr_type, entry.deserialize) for name, entry in attributes)


@cache
def _writers(model: type[Row]) -> tuple[tuple[str, str, str, bool, Callable[[Any], Any]], ...]:
    """For each attribute: its name, the stored name, the type, whether it is optional, and the function that serializes
    the value."""
    attributes = model.get_attributes().items()
    return tuple((name, a.attr_name, a.attr_type, bool(a.null), a.serialize) for name, a in attributes)


@cache
def _defaults(model: type[Row]) -> dict[str, Any]:
    return {name: entry.default for name, entry in model.get_attributes().items() if entry.default is not None}


class Document(Row):
    """A row with a version, the times and authors of its creation and last change, and ids in other systems."""

    entity: ClassVar[str]
    """The name of the kind of document in the journal and in messages: `some_document`."""

    partition = Text(BUSINESS, hash_key=True)
    id = Text(BUSINESS, range_key=True)
    version = Whole(BUSINESS)
    created_at = Moment(USAGE)
    created_by = Text(USAGE)
    updated_at = Moment(USAGE)
    updated_by = Text(USAGE)
    external_refs: Struct[list[ExternalRef]] = Struct(BUSINESS, list[ExternalRef], null=True)
