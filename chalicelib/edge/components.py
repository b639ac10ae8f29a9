"""The schemas of the specification: made from msgspec types, named for people, closed, with nothing left out."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec
from msgspec import inspect

from chalicelib.edge.decode import decimal_schema
from chalicelib.edge.problems import Problem
from chalicelib.kernel.errors import DomainError

Schema = dict[str, Any]
_REF = "#/components/schemas/{name}"
_PAGE = re.compile(r"Page_(\w+)_$")


class Components:
    """Schemas by type, and the shared ones by name."""

    def __init__(self, types: Sequence[Any], refusals: Iterable[type[DomainError]]) -> None:
        self._problems = {kind: _problem_type(kind) for kind in refusals if kind.extra}
        requested = list(dict.fromkeys([*types, Problem, *self._problems.values()]))
        schemas, shared = msgspec.json.schema_components(requested, schema_hook=decimal_schema, ref_template=_REF)
        dated = _dated(inspect.multi_type_info(requested))
        for schema in shared.values():
            _finish(schema, dated.get(_identity(schema), frozenset()))
        names = {name: _readable(name) for name in shared}
        self.shared: dict[str, Schema] = {names[name]: _renamed(schema, names) for name, schema in shared.items()}
        self._by_type: dict[Any, Schema] = {
            kind: _renamed(schema, names) for kind, schema in zip(requested, schemas, strict=True)
        }

    def of(self, kind: Any) -> Schema:
        """The schema of a type, usually a reference."""
        return self._by_type[kind]

    def behind(self, kind: Any) -> Schema:
        """The shared schema that a type refers to."""
        return self.shared[_target(self._by_type[kind])]

    def problem(self, refusals: Iterable[type[DomainError]]) -> Schema:
        """The schema of an answer that any of these refusals may be told in."""
        special = dict.fromkeys(self._problems[kind] for kind in refusals if kind.extra)
        options = [self.of(Problem), *(self.of(kind) for kind in special)]
        return options[0] if len(options) == 1 else {"anyOf": options}

    def drop(self, kinds: Iterable[Any]) -> None:
        """Leaves out types that are shown another way, as query strings are."""
        for kind in kinds:
            self.shared.pop(_target(self._by_type[kind]), None)


def _problem_type(kind: type[DomainError]) -> type:
    """The problem document with the extra members of one refusal."""
    fields = [("type", str), ("title", str), ("status", int), ("code", str), ("request_id", str)]
    made = msgspec.defstruct(f"{kind.__name__}Problem", [*fields, *kind.extra.items()], bases=(Problem,), kw_only=True)
    made.__doc__ = kind.title + "."
    return made


def _target(schema: Schema) -> str:
    return str(schema.get("$ref", "")).rpartition("/")[2]


def _readable(name: str) -> str:
    """`Page_Item_` is an ItemPage; a name that several packages use gets the package before it: `OrdersLine`."""
    if paged := _PAGE.fullmatch(name):
        return f"{paged.group(1)}Page"
    *path, last = name.split(".")
    return "".join(part.capitalize() for part in path[-2].split("_")) + last if len(path) > 1 else name


def _renamed(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, dict):
        renamed = {key: _renamed(member, names) for key, member in value.items()}
        if isinstance(value.get("$ref"), str):
            renamed["$ref"] = _REF.format(name=names[_target(value)])
        return renamed
    return [_renamed(member, names) for member in value] if isinstance(value, list) else value


def _finish(schema: Schema, dated: frozenset[str]) -> None:
    """Closes it (what is not in a schema is neither taken nor sent) and says which texts are times."""
    if "description" in schema:
        schema["description"] = " ".join(schema["description"].split())
    if schema.get("type") == "object" and "properties" in schema:
        schema["additionalProperties"] = False
        for name in dated:
            member = schema["properties"][name]
            for option in member.get("anyOf", [member]):
                if option.get("type") == "string":
                    option["format"] = "date-time"


def _identity(schema: Schema) -> tuple[Any, ...]:
    return (schema.get("title"), *schema.get("properties", ()))


def _dated(types: Iterable[inspect.Type]) -> dict[tuple[Any, ...], frozenset[str]]:
    """The fields that hold times, by struct: msgspec marks only those that must have an offset."""
    found = {}
    for struct in _structs(types, set()):
        names = [field.encode_name for field in struct.fields]
        dated = frozenset(field.encode_name for field in struct.fields if _is_time(field.type))
        found[struct.cls.__name__, *names] = dated
    return found


def _is_time(info: Any) -> bool:
    if isinstance(info, inspect.Metadata):
        return _is_time(info.type)
    if isinstance(info, inspect.UnionType):
        return any(_is_time(member) for member in info.types)
    return isinstance(info, inspect.DateTimeType)


def _structs(types: Iterable[Any], seen: set[type]) -> Iterator[Any]:
    for info in types:
        if isinstance(info, inspect.Metadata):
            yield from _structs([info.type], seen)
        elif isinstance(info, inspect.UnionType):
            yield from _structs(info.types, seen)
        elif isinstance(info, inspect.ListType):
            yield from _structs([info.item_type], seen)
        elif isinstance(info, inspect.DictType):
            yield from _structs([info.value_type], seen)
        elif isinstance(info, inspect.StructType) and info.cls not in seen:
            seen.add(info.cls)
            yield info
            yield from _structs([field.type for field in info.fields], seen)
