"""Field classes: what kind of data each stored field holds, and how long a table's rows are kept.

Every attribute of every table names its class, and a leaf of a stored struct takes its attribute's unless it names
its own; an attribute without one fails the import. Log redaction and the retention sweep read these declarations, as
export and erasure will.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import msgspec

ONE_YEAR_DAYS = 365
"""How long most records of what happened are kept."""


class DataClass(StrEnum):
    IDENTITY = "identity"
    CONTACT = "contact"
    ADDRESS = "address"
    FINANCIAL = "financial"
    BUSINESS = "business"
    USAGE = "usage"
    CREDENTIAL = "credential"


@dataclass(frozen=True, slots=True)
class FieldClass:
    """`free_text` marks what a person typed freely: it may hold anything, so it is treated as personal."""

    data_class: DataClass
    free_text: bool = False

    @property
    def is_hidden(self) -> bool:
        """Whether the value must stay out of logs, keys, metrics, messages, the journal and problem details."""
        return self.free_text or self.data_class in _HIDDEN


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


def marked(field_class: FieldClass) -> msgspec.Meta:
    """The annotation of a struct field: `name: Annotated[str, marked(IDENTITY)]`."""
    return msgspec.Meta(extra={_KEY: field_class})


def declare(name: str, field_class: FieldClass) -> None:
    """Remembers a declared field, so that redaction knows its name."""
    if field_class.is_hidden:
        _hidden_names.add(name)


def is_hidden(name: str) -> bool:
    """Whether a log field of this name must be redacted."""
    return name in _hidden_names


def struct_leaves(kind: Any, default: FieldClass) -> dict[str, FieldClass]:
    """The class of every leaf of a stored msgspec type, as `path.to.leaf`; unmarked leaves take `default`.

    A `default` that hides is the strict choice; one that does not must be right for every unmarked leaf.
    """
    found: dict[str, FieldClass] = {}
    _walk(msgspec.inspect.type_info(kind), "", default, found)
    for path, field_class in found.items():
        declare(path.rpartition(".")[2], field_class)
    return found


def _walk(info: Any, path: str, inherited: FieldClass, found: dict[str, FieldClass]) -> None:
    kind = msgspec.inspect
    if isinstance(info, kind.Metadata):
        _walk(info.type, path, (info.extra or {}).get(_KEY, inherited), found)
    elif isinstance(info, kind.StructType):
        for field in info.fields:
            _walk(field.type, f"{path}.{field.name}" if path else field.name, inherited, found)
    elif isinstance(info, kind.ListType | kind.VarTupleType):
        _walk(info.item_type, path, inherited, found)
    elif isinstance(info, kind.TupleType):
        for item in info.item_types:
            _walk(item, path, inherited, found)
    elif isinstance(info, kind.DictType):
        _walk(info.value_type, path, inherited, found)
    elif isinstance(info, kind.UnionType):
        for member in info.types:
            if not isinstance(member, kind.NoneType):
                _walk(member, path, inherited, found)
    else:
        found[path] = inherited


@dataclass(frozen=True, slots=True)
class Retention:
    """How long rows of a table are kept; the sweep is driven by these alone.

    rule: name in reports. days: kept this many days after `since`, a Moment attribute. basis: why this number.
    daily: the last part of the table's partition is the day (`2026-11-23`); then whole days are visited, else the
    table is scanned. releases: the row stays and only this goes: the attribute, and the object of the raw bucket that
    it is the key of, in every version.
    """

    rule: str
    days: int
    since: str
    basis: str
    daily: bool = False
    releases: str = ""
