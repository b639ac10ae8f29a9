"""Information about structs that msgspec's JSON schemas do not contain."""

from collections.abc import Iterable, Iterator

from msgspec import NODEFAULT, inspect

from chalicelib.kernel.struct_types import TypeForm


def below(kinds: Iterable[TypeForm]) -> list[inspect.StructType]:
    """All structs in these types, at any depth, without duplicates."""
    return list(_below(inspect.multi_type_info(kinds), set()))


def name_of(struct: inspect.StructType) -> str:
    """The title of a struct's schema in msgspec: `Item`, `Page[Item]`."""
    kind: TypeForm = struct.cls  # msgspec: the class, or the alias of a generic one
    if hasattr(kind, "__origin__"):
        return f"{kind.__origin__.__name__}[{', '.join(each.__name__ for each in kind.__args__)}]"
    return str(kind.__name__)


def always_sent(struct: inspect.StructType) -> set[str]:
    """The fields that are always encoded: neither those that may be UNSET, nor omitted defaults."""
    kind: TypeForm = struct.cls  # msgspec: the class, or the alias of a generic one
    origin: TypeForm = getattr(kind, "__origin__", kind)
    omits = origin.__struct_config__.omit_defaults
    return {field.encode_name for field in struct.fields if field.required or (not omits and _has_default(field))}


def descriptions(struct: inspect.StructType) -> dict[str, str]:
    """The description of each field that has one: its own, else that of a member of its union. msgspec puts the latter
    into the member's schema, or leaves it out."""
    found = ((field.encode_name, _description(field.type)) for field in struct.fields)
    return {name: text for name, text in found if text is not None}


def times(struct: inspect.StructType) -> list[str]:
    """The fields that contain times; msgspec sets the format only for those that must have an offset."""
    return [field.encode_name for field in struct.fields if _is_time(field.type)]


def _has_default(field: inspect.Field) -> bool:
    """Whether the field has a default."""
    return field.default is not NODEFAULT or field.default_factory is not NODEFAULT


def _description(info: inspect.Type) -> str | None:
    if isinstance(info, inspect.Metadata):
        own: str | None = (info.extra_json_schema or {}).get("description")
        return own or _description(info.type)
    if isinstance(info, inspect.UnionType):
        return next(filter(None, map(_description, info.types)), None)
    return None


def _is_time(info: inspect.Type) -> bool:
    if isinstance(info, inspect.Metadata):
        return _is_time(info.type)
    if isinstance(info, inspect.UnionType):
        return any(_is_time(member) for member in info.types)
    return isinstance(info, inspect.DateTimeType)


def _below(types: Iterable[inspect.Type], seen: set[TypeForm]) -> Iterator[inspect.StructType]:
    for info in types:
        if isinstance(info, inspect.Metadata):
            yield from _below([info.type], seen)
        elif isinstance(info, inspect.UnionType):
            yield from _below(info.types, seen)
        elif isinstance(info, inspect.ListType):
            yield from _below([info.item_type], seen)
        elif isinstance(info, inspect.DictType):
            yield from _below([info.value_type], seen)
        elif isinstance(info, inspect.StructType) and info.cls not in seen:
            seen.add(info.cls)
            yield info
            yield from _below([field.type for field in info.fields], seen)
