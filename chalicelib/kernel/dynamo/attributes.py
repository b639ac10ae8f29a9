"""Attribute types of tables. Each declares its field class; values are read back exactly as written."""

import zlib
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Self, TypedDict, TypeVar, Unpack, overload

import msgspec
from pynamodb.attributes import Attribute, AttributeContainer
from pynamodb.constants import BINARY, BOOLEAN, NUMBER, STRING, STRING_SET

from chalicelib.kernel import clock, privacy
from chalicelib.kernel.decimals import Amount, Exact, bare, plain
from chalicelib.kernel.privacy import FieldClass
from chalicelib.kernel.struct_types import TypeForm

T = TypeVar("T")
Tree = str | int | float | bool | None | list["Tree"] | dict[str, "Tree"]
"""A value in which every part can be named by its path: the JSON of it."""
E = TypeVar("E", bound=StrEnum)


class Options(TypedDict, total=False):
    """What PynamoDB may be told of an attribute."""

    hash_key: bool
    range_key: bool
    null: bool
    attr_name: str


class Declared(Attribute[T]):
    """The base of all attributes: their field class.

    Reading and writing an attribute takes its value straight from the row: PynamoDB would also look for maps and for
    renamed attributes, which was a quarter of the CPU of a command.
    """

    def __init__(self, field_class: FieldClass, *, default: T | None = None, **options: Unpack[Options]) -> None:
        super().__init__(default=default, **options)
        self.field_class = field_class
        self.leaves: dict[str, FieldClass] = {"": field_class}
        """The class of each field that the value holds, by its path in the value."""
        self._name = ""

    def __set_name__(self, owner: type[AttributeContainer], name: str) -> None:
        super().__set_name__(owner, name)
        self._name = name

    @overload
    def __get__(self, instance: None, owner: object) -> Self: ...

    @overload
    def __get__(self, instance: AttributeContainer, owner: object) -> T: ...

    def __get__(self, instance: AttributeContainer | None, owner: object) -> Self | T | None:
        return self if instance is None else instance.attribute_values.get(self._name)

    @property
    def field_classes(self) -> set[FieldClass]:
        """The classes of all that the value holds."""
        return {self.field_class, *self.leaves.values()}

    def tree(self, value: T) -> Tree:
        """The value with all its parts by name, for whoever looks into it."""
        stored: Tree = self.serialize(value)
        return stored

    def of_tree(self, tree: Tree) -> T:
        """The value of a tree. msgspec.ValidationError when it is none."""
        value: T = self.deserialize(tree)
        return value

    def __set__(self, instance: AttributeContainer, value: T | None) -> None:
        instance.attribute_values[self._name] = value


class Text(Declared[str]):
    """A string."""

    attr_type = STRING


class Texts(Declared[set[str]]):
    """A set of strings, to which updates add members and from which they delete some. An empty set is not stored."""

    attr_type = STRING_SET

    def serialize(self, value: set[str]) -> list[str]:
        return sorted(value)

    def deserialize(self, value: list[str]) -> set[str]:
        return set(value)


class Choice(Declared[E]):
    """A member of a closed enum, stored as its value."""

    attr_type = STRING

    def __init__(self, field_class: FieldClass, choices: type[E], **options: Unpack[Options]) -> None:
        super().__init__(field_class, **options)
        self.choices = choices

    def serialize(self, value: E) -> str:
        return str(value)

    def deserialize(self, value: str) -> E:
        return self.choices(value)


class Whole(Declared[int]):
    """An integer; PynamoDB's NumberAttribute converts through float."""

    attr_type = NUMBER

    def serialize(self, value: int) -> str:
        return str(int(value))

    def deserialize(self, value: str) -> int:
        return int(value)


class Number(Declared[Decimal]):
    """An exact decimal of up to 38 digits."""

    attr_type = NUMBER

    def serialize(self, value: Decimal) -> str:
        return plain(value)

    def deserialize(self, value: str) -> Decimal:
        return bare(Decimal(value))


class Moment(Declared[datetime]):
    """A timezone-aware time in UTC, to the millisecond, stored as sortable RFC 3339 text."""

    attr_type = STRING

    def serialize(self, value: datetime) -> str:
        if value.tzinfo is None:
            raise ValueError("times must be aware")
        return clock.text(value)

    def deserialize(self, value: str) -> datetime:
        return clock.parse(value)


class Day(Declared[date]):
    """A day of the calendar, stored as sortable text."""

    attr_type = STRING

    def serialize(self, value: date) -> str:
        return value.isoformat()

    def deserialize(self, value: str) -> date:
        return date.fromisoformat(value)


class Expiry(Declared[datetime]):
    """The attribute of DynamoDB's time to live, in epoch seconds. Tables with a retention rule by TTL have it by
    themselves, and every write derives it (kernel/dynamo/model.py)."""

    attr_type = NUMBER

    def serialize(self, value: datetime) -> str:
        return str(int(value.timestamp()))

    def deserialize(self, value: str) -> datetime:
        return datetime.fromtimestamp(int(value), UTC)


class Flag(Declared[bool]):
    """True or false."""

    attr_type = BOOLEAN


def exact_hook(kind: type, value: object) -> Exact:
    """msgspec's decoding hook for the decimal types."""
    if issubclass(kind, Exact):
        return kind(value) if isinstance(value, Decimal) else kind.parse(value)
    raise NotImplementedError(kind)  # msgspec requires it for types that the hook does not support


def encode_hook(value: object) -> str:
    """msgspec's encoding hook: amounts keep the places of their currency (`10.00`), other decimals are canonical
    (`10`)."""
    if isinstance(value, Amount):
        return format(value, "f")
    if isinstance(value, Decimal):
        return plain(value)
    raise NotImplementedError(type(value))  # msgspec requires it for types that the hook does not support


_encoder = msgspec.json.Encoder(enc_hook=encode_hook, decimal_format="string")


class _Encoded(Declared[T]):
    """A msgspec value; a leaf without a field class inherits the attribute's."""

    def __init__(self, field_class: FieldClass, kind: TypeForm, **options: Unpack[Options]) -> None:
        super().__init__(field_class, **options)
        self.kind = kind
        self._decoder: msgspec.json.Decoder[T] = msgspec.json.Decoder(kind, dec_hook=exact_hook)
        self.leaves = privacy.struct_leaves(kind, field_class)

    def tree(self, value: T) -> Tree:
        made: Tree = msgspec.json.decode(_encoder.encode(value))
        return made

    def of_tree(self, tree: Tree) -> T:
        return self._decoder.decode(msgspec.json.encode(tree))


class Struct(_Encoded[T]):
    """A small msgspec value, stored as JSON text."""

    attr_type = STRING

    def serialize(self, value: T) -> str:
        return _encoder.encode(value).decode()

    def deserialize(self, value: str) -> T:
        return self._decoder.decode(value)


def _compressed(content: bytes) -> bytes:
    """Deflated without header and checksum, which would be 6 bytes more."""
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(content) + packer.flush()


def _decompressed(content: bytes) -> bytes:
    return zlib.decompress(content, wbits=-zlib.MAX_WBITS)


class Packed(_Encoded[T]):
    """A msgspec value, stored compressed: for content that is written once and read as a whole."""

    attr_type = BINARY

    def serialize(self, value: T) -> bytes:
        return _compressed(_encoder.encode(value))

    def deserialize(self, value: bytes) -> T:
        return self._decoder.decode(_decompressed(value))


class Blob(Declared[bytes]):
    """Compressed bytes."""

    attr_type = BINARY

    def serialize(self, value: bytes) -> bytes:
        return _compressed(value)

    def deserialize(self, value: bytes) -> bytes:
        return _decompressed(value)
