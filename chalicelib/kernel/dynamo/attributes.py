"""Attribute types of tables. Each declares its field class; values are read back exactly as written."""

import zlib
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Generic, TypeVar

import msgspec
from pynamodb.attributes import Attribute, BooleanAttribute, UnicodeAttribute
from pynamodb.constants import BINARY, NUMBER, STRING

from chalicelib.kernel import clock, privacy
from chalicelib.kernel.decimals import Amount, Exact, plain
from chalicelib.kernel.privacy import FieldClass

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)


class Declared:
    """The base of all attributes: their field class."""

    field_class: FieldClass


class Text(UnicodeAttribute, Declared):
    def __init__(self, field_class: FieldClass, **options: Any) -> None:
        super().__init__(**options)
        self.field_class = field_class


class Choice(Attribute[E], Declared, Generic[E]):
    """A member of a closed enum, stored as its value."""

    attr_type = STRING

    def __init__(self, field_class: FieldClass, choices: type[E], **options: Any) -> None:
        super().__init__(**options)
        self.field_class = field_class
        self.choices = choices

    def serialize(self, value: E) -> str:
        return str(value)

    def deserialize(self, value: str) -> E:
        return self.choices(value)


class Whole(Attribute[int], Declared):
    """An integer; PynamoDB's NumberAttribute converts through float."""

    attr_type = NUMBER

    def __init__(self, field_class: FieldClass, **options: Any) -> None:
        super().__init__(**options)
        self.field_class = field_class

    def serialize(self, value: int) -> str:
        return str(int(value))

    def deserialize(self, value: str) -> int:
        return int(value)


class Number(Attribute[Decimal], Declared):
    """An exact decimal of up to 38 digits."""

    attr_type = NUMBER

    def __init__(self, field_class: FieldClass, **options: Any) -> None:
        super().__init__(**options)
        self.field_class = field_class

    def serialize(self, value: Decimal) -> str:
        return plain(value)

    def deserialize(self, value: str) -> Decimal:
        return Decimal(plain(Decimal(value)))


class Moment(Attribute[datetime], Declared):
    """A timezone-aware time in UTC, to the millisecond, stored as sortable RFC 3339 text."""

    attr_type = STRING

    def __init__(self, field_class: FieldClass, **options: Any) -> None:
        super().__init__(**options)
        self.field_class = field_class

    def serialize(self, value: datetime) -> str:
        if value.tzinfo is None:
            raise ValueError("times must be aware")
        return clock.text(value)

    def deserialize(self, value: str) -> datetime:
        return clock.parse(value)


class Expiry(Attribute[datetime], Declared):
    """The attribute of DynamoDB's time to live, in epoch seconds: a fallback for the retention sweep."""

    attr_type = NUMBER

    def __init__(self, field_class: FieldClass, **options: Any) -> None:
        super().__init__(**options)
        self.field_class = field_class

    def serialize(self, value: datetime) -> str:
        return str(int(value.timestamp()))

    def deserialize(self, value: str) -> datetime:
        return datetime.fromtimestamp(int(value), UTC)


class Flag(BooleanAttribute, Declared):
    def __init__(self, field_class: FieldClass, **options: Any) -> None:
        super().__init__(**options)
        self.field_class = field_class


def exact_hook(kind: type, value: Any) -> Any:
    """msgspec's decoding hook for the decimal types."""
    if issubclass(kind, Exact):
        return kind(value) if isinstance(value, Decimal) else kind.parse(value)
    raise NotImplementedError(kind)  # msgspec requires it for types that the hook does not support


def encode_hook(value: Any) -> Any:
    """msgspec's encoding hook: amounts keep the places of their currency (`10.00`), other decimals are canonical
    (`10`)."""
    if isinstance(value, Amount):
        return format(value, "f")
    if isinstance(value, Decimal):
        return plain(value)
    raise NotImplementedError(type(value))  # msgspec requires it for types that the hook does not support


_encoder = msgspec.json.Encoder(enc_hook=encode_hook, decimal_format="string")


class Struct(Attribute[T], Declared, Generic[T]):
    """A small msgspec value, stored as JSON text; a leaf without a field class inherits the attribute's."""

    attr_type = STRING

    def __init__(self, field_class: FieldClass, kind: Any, **options: Any) -> None:
        super().__init__(**options)
        self.field_class = field_class
        self.kind = kind
        self._decoder: Any = msgspec.json.Decoder(kind, dec_hook=exact_hook)
        privacy.struct_leaves(kind, field_class)

    def serialize(self, value: T) -> Any:
        return _encoder.encode(value).decode()

    def deserialize(self, value: Any) -> T:
        decoded: T = self._decoder.decode(value)
        return decoded


class Packed(Struct[T]):
    """Like Struct, but compressed: for content that is written once and read as a whole."""

    attr_type = BINARY

    def serialize(self, value: T) -> bytes:
        return zlib.compress(_encoder.encode(value), 6)

    def deserialize(self, value: Any) -> T:
        decoded: T = self._decoder.decode(zlib.decompress(value))
        return decoded


class Blob(Attribute[bytes], Declared):
    """Compressed bytes."""

    attr_type = BINARY

    def __init__(self, field_class: FieldClass, **options: Any) -> None:
        super().__init__(**options)
        self.field_class = field_class

    def serialize(self, value: bytes) -> bytes:
        return zlib.compress(value, 6)

    def deserialize(self, value: bytes) -> bytes:
        return zlib.decompress(value)
