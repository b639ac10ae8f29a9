"""Field classes, which state the kind of data of each stored field, and retention rules of tables.

Every attribute of every table declares its class; a leaf of a stored struct inherits the class of its attribute unless
it declares its own. A table with an undeclared attribute fails at import. Log redaction and the retention sweep use
these declarations, and so do the data map, the access package and the erasure.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

import msgspec

ONE_YEAR_DAYS = 365
"""The retention period of most records of past events."""
BACKUP_DAYS = 35
"""The days for which a table can be restored to any second; 35 is DynamoDB's maximum and costs the same as fewer."""


class DataClass(StrEnum):
    """Kinds of data. `identity`: who somebody is. `contact`: how to reach a person. `address`: where a person is.
    `financial`: what somebody owes or owns. `business`: what the business deals with. `usage`: who used the product and
    when. `credential`: what opens doors, or tokens of it."""

    IDENTITY = "identity"
    CONTACT = "contact"
    ADDRESS = "address"
    FINANCIAL = "financial"
    BUSINESS = "business"
    USAGE = "usage"
    CREDENTIAL = "credential"


class Purpose(StrEnum):
    """What data is used for, in the words of the privacy policy. `operate`: to run the tenant's business in the
    product. `authenticate`: to know who calls and what he may do. `synchronise`: with the platforms that an
    administrator has connected. `report`: to report and analyse. `monitor`: health, security and performance.
    `notify`: to tell people what concerns them."""

    OPERATE = "operate"
    AUTHENTICATE = "authenticate"
    SYNCHRONISE = "synchronise"
    REPORT = "report"
    MONITOR = "monitor"
    NOTIFY = "notify"


class Basis(StrEnum):
    """Why the law allows it: `contract` (GDPR Art. 6(1)(b)), `legal_obligation` (c), `legitimate_interests` (f)."""

    CONTRACT = "contract"
    LEGAL_OBLIGATION = "legal_obligation"
    LEGITIMATE_INTERESTS = "legitimate_interests"


class ErasureMethod(StrEnum):
    """What an erasure does with a value. `delete`: it goes; where a value is required, a word that says nothing takes
    its place. `generalise`: of an address the country stays, which says only where somebody is about. `keep`: it stays,
    because it says nothing of a person once the others are gone, or ends by itself."""

    DELETE = "delete"
    GENERALISE = "generalise"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class Handling:
    """What is done with data of a class, unless its table declares otherwise."""

    purposes: tuple[Purpose, ...]
    basis: Basis
    erasure: ErasureMethod


HANDLING: Mapping[DataClass, Handling] = {
    DataClass.IDENTITY: Handling((Purpose.OPERATE,), Basis.CONTRACT, ErasureMethod.DELETE),
    DataClass.CONTACT: Handling((Purpose.OPERATE, Purpose.NOTIFY), Basis.CONTRACT, ErasureMethod.DELETE),
    DataClass.ADDRESS: Handling((Purpose.OPERATE,), Basis.CONTRACT, ErasureMethod.DELETE),
    DataClass.FINANCIAL: Handling((Purpose.OPERATE, Purpose.REPORT), Basis.LEGAL_OBLIGATION, ErasureMethod.KEEP),
    DataClass.BUSINESS: Handling((Purpose.OPERATE, Purpose.REPORT), Basis.CONTRACT, ErasureMethod.KEEP),
    DataClass.USAGE: Handling((Purpose.MONITOR,), Basis.LEGITIMATE_INTERESTS, ErasureMethod.KEEP),
    DataClass.CREDENTIAL: Handling((Purpose.SYNCHRONISE,), Basis.CONTRACT, ErasureMethod.KEEP),
}


@dataclass(frozen=True, slots=True)
class FieldClass:
    """free_text: typed by users without a fixed format. It may contain anything, so it is treated as personal data.
    is_name: whether it is what somebody is called. says_where: whether it is the country of an address."""

    data_class: DataClass
    free_text: bool = False
    is_name: bool = False
    says_where: bool = False

    @property
    def is_hidden(self) -> bool:
        """Whether the value must not appear in logs, keys, metrics, messages, the journal and problem details."""
        return self.free_text or self.data_class in _HIDDEN

    @property
    def is_of_a_person(self) -> bool:
        """Whether the value says who somebody is, or how and where to reach them, so that an erasure is about it."""
        return self.data_class in _OF_A_PERSON

    @property
    def is_personal(self) -> bool:
        """Whether the value is of a person, or may be because anything may be typed."""
        return self.free_text or self.is_of_a_person

    @property
    def erasure(self) -> ErasureMethod:
        """What an erasure does with the value."""
        if self.free_text:
            return ErasureMethod.DELETE
        return ErasureMethod.GENERALISE if self.says_where else HANDLING[self.data_class].erasure


_OF_A_PERSON = frozenset({DataClass.IDENTITY, DataClass.CONTACT, DataClass.ADDRESS})
_HIDDEN = frozenset(
    {DataClass.IDENTITY, DataClass.CONTACT, DataClass.ADDRESS, DataClass.FINANCIAL, DataClass.CREDENTIAL}
)

IDENTITY = FieldClass(DataClass.IDENTITY)
NAME = FieldClass(DataClass.IDENTITY, is_name=True)
CONTACT = FieldClass(DataClass.CONTACT)
ADDRESS = FieldClass(DataClass.ADDRESS)
COUNTRY = FieldClass(DataClass.ADDRESS, says_where=True)
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


class Partitions(StrEnum):
    """Which partitions of a tenant a table has. `one`: a single one. `months`, `days`: one for each. `documents`: one
    for each row of the table that the rows are parts of."""

    ONE = "one"
    MONTHS = "months"
    DAYS = "days"
    DOCUMENTS = "documents"


@dataclass(frozen=True, slots=True)
class Persons:
    """Whose data the rows of a table hold, and how all of a person's are found.

    people: in one word each, such as staff; empty for rows that show documents of others. partitions: where a tenant's
    rows are; None for rows that other rows list, which `listed` names. about: the attributes that name the document
    whose person the rows are about, by its id; in a key, the id is its last part. chained: whether that may be another
    row of the table. objects: the attributes that name
    objects of the bucket, which hold what persons sent. kept: why an erasure leaves the rows alone.
    """

    people: tuple[str, ...]
    partitions: Partitions | None = None
    about: tuple[str, ...] = ()
    chained: bool = False
    objects: tuple[str, ...] = ()
    listed: str = ""
    kept: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """A part of a row that an erasure may not touch. path: the attribute and what is in it; empty for the whole row.
    basis: why. until: the last day of that; None when it is not known."""

    path: tuple[str, ...]
    basis: str
    until: date | None = None
