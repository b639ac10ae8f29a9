"""The base classes of all tables."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Self

from pynamodb.attributes import Attribute
from pynamodb.connection import Connection
from pynamodb.exceptions import AttributeNullError
from pynamodb.indexes import IncludeProjection, Index, KeysOnlyProjection

from chalicelib.kernel import config, privacy
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import client, pynamodb_internals
from chalicelib.kernel.dynamo.attributes import Declared, Expiry, Moment, Struct, Text, Whole
from chalicelib.kernel.external_refs import ExternalRef
from chalicelib.kernel.privacy import BUSINESS, USAGE, Basis, Persons, Purpose, Retention
from chalicelib.kernel.tenant import Tenant

if TYPE_CHECKING:  # it imports this module
    from chalicelib.kernel.dynamo.actions import Ref

Item = dict[str, Any]
"""An item in botocore's format: `{"name": {"S": "…"}}`."""
RangeKey = str | int | None
"""A range key in Python's type, as its attribute takes it; None for tables without one."""


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


def index_meta(name: str, include: tuple[str, ...] = ()) -> Any:
    """The `Meta` of an index of keys, and of the few small attributes in `include`; lists then read the documents by
    key."""
    projection = IncludeProjection(list(include)) if include else KeysOnlyProjection()
    return type("Meta", (), {"index_name": name, "projection": projection})


class Row(pynamodb_internals.SharingModel):
    """Any stored item: a hash key that begins with the tenant, and usually a range key."""

    retention: ClassVar[Retention | tuple[Retention, ...] | None] = None
    purposes: ClassVar[tuple[Purpose, ...]] = ()
    """What the rows are used for, where it differs from what data of their classes is used for."""
    basis: ClassVar[Basis | None] = None
    """Why that is allowed, where it differs likewise."""
    persons: ClassVar[Persons | None] = None
    """Whose data the rows hold. TypeError for a table with personal fields that does not declare it."""
    ttl_rule: ClassVar[Retention | None] = None
    """The rule by which DynamoDB deletes rows; then the table also has the attribute `expires_at`."""
    expires_at: Expiry

    def __init__(self, **values: Any) -> None:  # of the types of the attributes, which a table declares
        """A new row with these values. TypeError when an attribute does not exist. Faster than PynamoDB's own."""
        unknown = values.keys() - self.get_attributes().keys()
        if unknown:
            raise TypeError(f"{type(self).__name__} has no attribute {', '.join(sorted(unknown))}")
        self.attribute_values = _defaults(type(self)) | values

    def __init_subclass__(cls, **options: Any) -> None:  # handed on: PynamoDB's metaclass may take any
        super().__init_subclass__(**options)
        cls.ttl_rule = next((rule for rule in cls.retention_rules() if rule.by_ttl), None)
        if cls.ttl_rule is not None:
            cls.expires_at = Expiry(USAGE, attr_name="expires_at", null=True)
            cls.expires_at.__set_name__(cls, "expires_at")  # Python does so only for attributes in a class's body
        for name, attribute in vars(cls).items():
            if isinstance(attribute, Attribute):
                if not isinstance(attribute, Declared):
                    raise TypeError(f"{cls.__name__}.{name} has no field class")
                if cls.persons is None and any(each.is_personal for each in attribute.field_classes):
                    raise TypeError(f"{cls.__name__}.{name} is personal, and the table does not declare whose it is")
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
    def key_of(cls, hash_key: str, range_key: RangeKey = None) -> Item:
        """The key of a row in botocore's format."""
        hash_attribute, *range_attribute = _keys(cls)
        key: Item = {hash_attribute.attr_name: {"S": hash_key}}
        for attribute in range_attribute:
            key[attribute.attr_name] = {attribute.attr_type: attribute.serialize(range_key)}
        return key

    @classmethod
    def key_names(cls) -> tuple[str, ...]:
        """The names of the key attributes, hash key first."""
        return tuple(str(attribute.attr_name) for attribute in _keys(cls))

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
        readers = _readers(cls)
        for stored, typed in item.items():
            reader = readers.get(stored)
            if reader is not None and "NULL" not in typed:
                name, kind, restore = reader
                values[name] = typed[kind] if restore is None else restore(typed[kind])
        return row

    def item(self) -> Item:
        """The item of the row, the reverse of `read`. AttributeNullError when a required attribute is missing."""
        values, item = self.attribute_values, {}
        if self.ttl_rule is not None:
            values = {**values, "expires_at": self.ends_at()}
        for name, stored, kind, optional, store in _writers(type(self)):
            value = values.get(name)
            if value is not None:
                item[stored] = {kind: value if store is None else store(value)}
            elif not optional:
                raise AttributeNullError(name)
        return item

    def ends_at(self) -> datetime | None:
        """When the row is over by the table's rule by TTL; None when it never is."""
        since = None if self.ttl_rule is None else self.attribute_values.get(self.ttl_rule.since)
        return None if self.ttl_rule is None or since is None else self.ttl_rule.ends_at(since)

    def is_over(self, now: datetime) -> bool:
        """Whether the row counts no more: DynamoDB deletes rows days after their end, and until then they are read."""
        end = self.ends_at()
        return end is not None and end <= now

    @property
    def is_person(self) -> bool:
        """Whether the row as a whole is about one person; overridden by tables of which that may be."""
        return False

    def known_as(self) -> "Iterable[str]":
        """How other rows name this one; overridden by tables whose rows have another name besides their id."""
        return ()

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
def _keys(model: type[Row]) -> tuple[Attribute[Any], ...]:
    """The key attributes, hash key first."""
    attributes = model.get_attributes()
    names = (pynamodb_internals.hash_name(model), pynamodb_internals.range_name(model))
    return tuple(attributes[name] for name in names if name)


Conversion = Callable[[Any], Any] | None
"""To or from the stored form; None when a value is stored as it is."""


@cache
def _readers(model: type[Row]) -> dict[str, tuple[str, str, Conversion]]:
    """By stored name: the attribute's name, its type, and how the value is deserialized."""
    attributes = model.get_attributes().items()
    return {a.attr_name: (name, a.attr_type, _conversion(a, "deserialize")) for name, a in attributes}


@cache
def _writers(model: type[Row]) -> tuple[tuple[str, str, str, bool, Conversion], ...]:
    """For each attribute: its name, the stored name, the type, whether it is optional, and how the value is
    serialized."""
    attributes = model.get_attributes().items()
    return tuple((name, a.attr_name, a.attr_type, bool(a.null), _conversion(a, "serialize")) for name, a in attributes)


def _conversion(attribute: Attribute[Any], name: str) -> Conversion:
    """The attribute's method of that name, unless it is PynamoDB's own, which returns its argument."""
    is_own = getattr(type(attribute), name) is not getattr(Attribute, name)
    return getattr(attribute, name) if is_own else None


@cache
def _defaults(model: type[Row]) -> dict[str, Any]:
    return {name: entry.default for name, entry in model.get_attributes().items() if entry.default is not None}


BOOKKEEPING = frozenset({"version", "created_at", "created_by", "updated_at", "updated_by", "expires_at", "answers"})
"""Attributes of documents that change with every write, or follow from others."""


class Document(Row):
    """A row with a version, the times and authors of its creation and last change, and ids in other systems. answers:
    the stored answers that show a document about a person (kernel/idempotency.py)."""

    entity: ClassVar[str]
    """The name of the kind of document in the journal and in messages: `some_document`."""
    parts: ClassVar[tuple[type[Row], ...]] = ()
    """Tables of rows that belong to the document, and are shown and erased with it."""

    partition = Text(BUSINESS, hash_key=True)
    id = Text(BUSINESS, range_key=True)
    version = Whole(BUSINESS)
    created_at = Moment(USAGE)
    created_by = Text(USAGE)
    updated_at = Moment(USAGE)
    updated_by = Text(USAGE)
    external_refs: Struct[list[ExternalRef]] = Struct(BUSINESS, list[ExternalRef], null=True)
    answers: Struct[dict[str, int]] = Struct(USAGE, dict[str, int], null=True)

    def known_as(self) -> Iterable[str]:
        return (self.id,)

    @classmethod
    def content_names(cls) -> set[str]:
        """The names of what a document says: all attributes but its key and the bookkeeping."""
        return set(cls.get_attributes()).difference(BOOKKEEPING, cls.key_names())

    @classmethod
    def changed_names(cls, before: Item, after: Item) -> list[str]:
        """The names of the attributes that differ between two items, without the bookkeeping. They are not the stored
        names, which outlive a renaming."""
        differing = (stored for stored in before.keys() | after.keys() if before.get(stored) != after.get(stored))
        names = (_readers(cls)[stored][0] for stored in differing if stored in _readers(cls))
        return sorted(name for name in names if name not in BOOKKEEPING)


@cache
def is_about_a_person(model: type[Document]) -> bool:
    """Whether documents of the table, or their parts, hold names, addresses or ways to reach somebody."""
    attributes = [attribute for table in (model, *model.parts) for attribute in table.get_attributes().values()]
    return any(each.is_of_a_person for attribute in attributes for each in getattr(attribute, "field_classes", ()))
