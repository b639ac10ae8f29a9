"""The form of a JSON value in an older version: walks a value by its type, and converts every object whose type
changed."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache

from msgspec import inspect

from chalicelib.edge import structs
from chalicelib.edge.versions import history
from chalicelib.edge.versions.change import Change, Conversion, Json, JsonValue
from chalicelib.kernel.struct_types import TypeForm

FEED_TYPES = ("Change", "AuditEntry")
"""The types of entries of the feed and of the audit trail, which name fields of documents."""


def is_touched(kind: TypeForm | None, older_version: str, newer_version: str) -> bool:
    """Whether a value of this type may have different forms in the two versions."""
    changed = {name for step in _steps(older_version, newer_version) for name in step}
    return kind is not None and not _names_below(kind).isdisjoint(changed)


def older(kind: TypeForm, value: JsonValue, older_version: str, newer_version: str) -> JsonValue:
    """A value in the form of the newer version, in that of the older one."""
    steps = [{name: each.older for name, each in step.items()} for step in _steps(older_version, newer_version)]
    return _walked(type_of(kind), value, _through(steps), inner_first=True)


def newest(kind: TypeForm, value: JsonValue, version: str) -> JsonValue:
    """A value in the form of the version, in the newest one."""
    steps = [{name: each.newer for name, each in step.items()} for step in _steps(version, history.newest())[::-1]]
    return _walked(type_of(kind), value, _through(steps), inner_first=False)


def _through(steps: Sequence[Mapping[str, Callable[[Json], Json]]]) -> Callable[[str, Json], Json]:
    """The function that takes an object of a type through the steps that change this type."""

    def convert(name: str, found: Json) -> Json:
        for step in steps:
            if name in step:
                found = step[name](found)
        return found

    return convert


def older_pointer(kind: TypeForm, pointer: str, version: str) -> str:
    """A JSON pointer into a value of the newest form, with the field names of the version."""
    steps = _steps(version, history.newest())
    info: inspect.Type | None = type_of(kind)
    words = []
    for word in pointer.split("/")[1:]:
        name, info = _member(info, word)
        for step in steps:
            if name in step:
                word = step[name].renamed.get(word, word)  # noqa: PLW2901 - each step renames what the one before gave
        words.append(word)
    return "".join(f"/{word}" for word in words)


def newest_name(kind: TypeForm, name: str, version: str) -> str:
    """The newest name of a field of the type."""
    for former_names in _renames(kind, version)[::-1]:
        name = {former: new for new, former in former_names.items()}.get(name, name)
    return name


def older_name(kind: TypeForm, name: str, version: str) -> str:
    """The name that a field of the type has in the version."""
    for former_names in _renames(kind, version):
        name = former_names.get(name, name)
    return name


def _renames(kind: TypeForm, version: str) -> list[Mapping[str, str]]:
    """The fields of the type that only have another name in the version, from the newest form on."""
    described = type_of(kind)
    name = structs.name_of(described) if isinstance(described, inspect.StructType) else ""
    return [step[name].renamed for step in _steps(version, history.newest()) if name in step]


def conversions(change: Change) -> dict[str, Conversion]:
    """The conversions of a change by the name of the type, with those of the entries of the feed."""
    of_feed = Conversion(older=lambda entry: _older_entry(change.feed, entry))
    return {**change.types, **(dict.fromkeys(FEED_TYPES, of_feed) if change.feed else {})}


@cache
def type_of(kind: TypeForm) -> inspect.Type:
    """msgspec's description of a type."""
    return inspect.type_info(kind)


def _older_entry(feed: Mapping[str, Mapping[str, str]], entry: Json) -> Json:
    names = feed.get(entry.get("entity", ""), {})
    if not names or "fields" not in entry:
        return entry
    return {**entry, "fields": sorted(names.get(name, name) for name in entry["fields"])}


@cache
def _names_below(kind: TypeForm) -> frozenset[str]:
    return frozenset(structs.name_of(struct) for struct in structs.below([kind]))


def _steps(older_version: str, newer_version: str) -> list[dict[str, Conversion]]:
    """The conversions from the newer version to the older one, in this order."""
    between = (version for version in history.after(older_version) if version.name <= newer_version)
    return [conversions(change) for version in between for change in version.changes]


def _walked(
    info: inspect.Type | None, value: JsonValue, convert: Callable[[str, Json], Json], *, inner_first: bool
) -> JsonValue:
    """The value with every object converted, by the name of its type."""
    info = chosen(info, value)
    if isinstance(info, inspect.ListType):
        return [_walked(info.item_type, member, convert, inner_first=inner_first) for member in value]
    if isinstance(info, inspect.DictType):
        return {name: _walked(info.value_type, each, convert, inner_first=inner_first) for name, each in value.items()}
    if not isinstance(info, inspect.StructType):
        return value
    if not inner_first:
        value = convert(structs.name_of(info), value)
    kinds = _kinds(info)
    value = {name: _walked(kinds.get(name), member, convert, inner_first=inner_first) for name, member in value.items()}
    return convert(structs.name_of(info), value) if inner_first else value


def chosen(info: inspect.Type | None, value: JsonValue) -> inspect.Type | None:
    """The list, dict or struct type that describes the value; None when it is a plain or an unexpected one."""
    if isinstance(info, inspect.Metadata):
        return chosen(info.type, value)
    if isinstance(info, inspect.UnionType):
        return next((found for each in info.types if (found := chosen(each, value)) is not None), None)
    if isinstance(info, inspect.StructType):
        is_it = isinstance(value, dict) and (info.tag_field is None or value.get(info.tag_field) == info.tag)
        return info if is_it else None
    is_list = isinstance(info, inspect.ListType) and isinstance(value, list)
    return info if is_list or (isinstance(info, inspect.DictType) and isinstance(value, dict)) else None


def _kinds(info: inspect.StructType) -> dict[str, inspect.Type]:
    """The types of a struct's fields by name, in all versions: a form in between has some of the former names."""
    kinds = {field.encode_name: field.type for field in info.fields}
    steps = _steps("", history.newest())
    renames = [step[name].renamed for step in steps if (name := structs.name_of(info)) in step]
    return kinds | {former: kinds[new] for each in renames for new, former in each.items() if new in kinds}


def _member(info: inspect.Type | None, word: str) -> tuple[str, inspect.Type | None]:
    """The name of the struct that a pointer's word is in, empty if it is in none, and the type of what it names."""
    if isinstance(info, inspect.Metadata):
        return _member(info.type, word)
    if isinstance(info, inspect.UnionType):
        found = (_member(each, word) for each in info.types)
        return next((each for each in found if each[1] is not None), ("", None))
    if isinstance(info, inspect.ListType):
        return "", info.item_type
    if isinstance(info, inspect.DictType):
        return "", info.value_type
    if isinstance(info, inspect.StructType):
        return structs.name_of(info), _kinds(info).get(word)
    return "", None
