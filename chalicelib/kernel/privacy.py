"""Field classes, which state the kind of data of each stored field, and retention rules of tables.

Every attribute of every table declares its class; a leaf of a stored struct inherits the class of its attribute unless
it declares its own. A table with an undeclared attribute fails at import. Log redaction and the retention sweep use
these declarations, as export and erasure will.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import msgspec

ONE_YEAR_DAYS = 365
"""The retention period of most records of past events."""


class DataClass(StrEnum):
    """The kind of data of a field. `identity`: who somebody is. `contact`: how to reach them. `address`: where they
    are. `financial`: what they pay by. `credential`: what proves who somebody is. `usage`: what they did and when.
    `business`: everything else."""

    IDENTITY = "identity"
    CONTACT = "contact"
    ADDRESS = "address"
    FINANCIAL = "financial"
    BUSINESS = "business"
    USAGE = "usage"
    CREDENTIAL = "credential"


@dataclass(frozen=True, slots=True)
class FieldClass:
    """free_text: typed by users without a fixed format. It may contain anything, so it is treated as personal data."""

    data_class: DataClass
    free_text: bool = False

    @property
    def is_hidden(self) -> bool:
        """Whether the value must not appear in logs, keys, metrics, messages, the journal and problem details."""
        return self.free_text or self.data_class in _HIDDEN

    @property
    def is_of_a_person(self) -> bool:
        """Whether the value says who somebody is, or how and where to reach them, so that an erasure is about it."""
        return self.data_class in _OF_A_PERSON


_OF_A_PERSON = frozenset({DataClass.IDENTITY, DataClass.CONTACT, DataClass.ADDRESS})
_HIDDEN = frozenset(
    {DataClass.IDENTITY, DataClass.CONTACT, DataClass.ADDRESS, DataClass.FINANCIAL, DataClass.CREDENTIAL}
)

IDENTITY = FieldClass(DataClass.IDENTITY)
CONTACT = FieldClass(DataClass.CONTACT)
ADDRESS = FieldClass(DataClass.ADDRESS)
FINANCIAL = FieldClass(DataClass.FINANCIAL)
BUSINESS = FieldClass(DataClass.BUSINESS)
USAGE = FieldClass(DataClass.USAGE)
CREDENTIAL = FieldClass(DataClass.CREDENTIAL)
FREE_TEXT = FieldClass(DataClass.BUSINESS, free_text=True)

_KEY = "field_class"
_hidden_names: set[str] = set()


def marked(field_class: FieldClass, description: str | None = None) -> msgspec.Meta:
    """The annotation of a struct field: `name: Annotated[str, marked(IDENTITY, "The person's name.")]`."""
    return msgspec.Meta(extra={_KEY: field_class}, description=description)


def declare(name: str, field_class: FieldClass) -> None:
    """Registers the name of a field for redaction, if its class is hidden."""
    if field_class.is_hidden:
        _hidden_names.add(name)


def is_hidden(name: str) -> bool:
    """Whether a log field of this name must be redacted."""
    return name in _hidden_names


def hidden_names() -> frozenset[str]:
    """The names of all hidden fields that were declared so far."""
    return frozenset(_hidden_names)


def hide(names: Iterable[str]) -> None:
    """Registers names for redaction whose tables are not imported."""
    _hidden_names.update(names)


def struct_leaves(kind: Any, default: FieldClass) -> dict[str, FieldClass]:
    """The class of every leaf of a stored msgspec type, by `path.to.leaf`; unmarked leaves inherit `default`.

    A hidden `default` is safe; any other must be correct for every unmarked leaf.
    """
    found: dict[str, FieldClass] = {}
    _collect_leaves(msgspec.inspect.type_info(kind), "", default, found)
    for path, field_class in found.items():
        declare(path.rpartition(".")[2], field_class)
    return found


def _collect_leaves(info: Any, path: str, inherited: FieldClass, found: dict[str, FieldClass]) -> None:
    kind = msgspec.inspect
    if isinstance(info, kind.Metadata):
        _collect_leaves(info.type, path, (info.extra or {}).get(_KEY, inherited), found)
    elif isinstance(info, kind.StructType):
        for field in info.fields:
            _collect_leaves(field.type, f"{path}.{field.name}" if path else field.name, inherited, found)
    elif isinstance(info, kind.ListType | kind.VarTupleType):
        _collect_leaves(info.item_type, path, inherited, found)
    elif isinstance(info, kind.TupleType):
        for item in info.item_types:
            _collect_leaves(item, path, inherited, found)
    elif isinstance(info, kind.DictType):
        _collect_leaves(info.value_type, path, inherited, found)
    elif isinstance(info, kind.UnionType):
        for member in info.types:
            if not isinstance(member, kind.NoneType):
                _collect_leaves(member, path, inherited, found)
    else:
        found[path] = inherited


@dataclass(frozen=True, slots=True)
class Retention:
    """A retention rule of a table.

    rule: name in reports. days: rows are deleted this many days after `since`, a Moment attribute. basis: the reason
    for this number. daily: the last part of the table's partition is the day (`2026-11-23`); then the sweep queries
    whole days, else it scans the table. releases: an attribute with the key of an object in the raw bucket; then only
    the attribute and all versions of the object are deleted, and the row stays. by_ttl: DynamoDB itself deletes the
    rows, at no cost, by an expiry that every write derives from `since`; else the retention sweep deletes them. A row
    whose object nothing else deletes needs the sweep.
    """

    rule: str
    days: int
    since: str
    basis: str
    daily: bool = False
    releases: str = ""
    by_ttl: bool = False

    def ends_at(self, since: datetime) -> datetime:
        """The time from which a row is not kept any more."""
        return since + timedelta(days=self.days)

    def cutoff(self, now: datetime) -> datetime:
        """The moment that rows count from whose time ends now; it is over for those of earlier moments."""
        return now - timedelta(days=self.days)
