"""The schemas of the OpenAPI document, made from msgspec types, with readable and unique names."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from msgspec import inspect

from chalicelib.edge import structs
from chalicelib.edge.problems import Problem
from chalicelib.edge.structs import TypeForm
from chalicelib.kernel.decimals import Exact
from chalicelib.kernel.errors import DomainError

Schema = dict[str, Any]
"""A JSON schema: JSON, whose members depend on its keywords."""
_REF = "#/components/schemas/{name}"
_PAGE = re.compile(r"Page_(\w+)_$")
_JSON_TYPES: dict[type, str] = {str: "string", int: "integer", float: "number", bool: "boolean", type(None): "null"}


class Components:
    """Schemas by type, and the shared schemas by name.

    Schemas of requests are closed, because unknown fields are refused. Schemas of responses are open, because fields
    may be added, and require all fields that are always sent. TypeError when two types have the same name.
    """

    def __init__(
        self, taken: Sequence[TypeForm], sent: Sequence[TypeForm], refusals: Iterable[type[DomainError]]
    ) -> None:
        self._problems = {kind: _problem_type(kind) for kind in dict.fromkeys(refusals) if kind.extra}
        sent = [*sent, Problem, *self._problems.values()]
        requested = list(dict.fromkeys([*taken, *sent]))
        _check_names(self._problems)
        schemas, shared = msgspec.json.schema_components(requested, schema_hook=_decimal_schema, ref_template=_REF)
        names = _readable(shared)
        request_names = {structs.name_of(each) for each in structs.below(inspect.multi_type_info(taken))}
        for struct in structs.below(inspect.multi_type_info(requested)):
            _finish(_of_struct(struct, shared), struct, is_request=structs.name_of(struct) in request_names)
        self.shared: dict[str, Schema] = {
            names[name]: {**_plain(schema, names), "title": names[name]} for name, schema in shared.items()
        }
        self._by_type: dict[TypeForm, Schema] = {
            kind: _plain(schema, names) for kind, schema in zip(requested, schemas, strict=True)
        }

    def of(self, kind: TypeForm) -> Schema:
        """The schema of a type, which is usually a reference."""
        return self._by_type[kind]

    def behind(self, kind: TypeForm) -> Schema:
        """The shared schema that a type refers to."""
        return self.resolved(self._by_type[kind])

    def resolved(self, schema: Schema) -> Schema:
        """The schema itself, or the shared schema that it refers to."""
        return self.shared[_target(schema)] if "$ref" in schema else schema

    def problem(self, refusals: Iterable[type[DomainError]]) -> Schema:
        """The schema of the problem documents of these errors."""
        special = dict.fromkeys(self._problems[kind] for kind in refusals if kind.extra)
        options = [self.of(Problem), *(self.of(kind) for kind in special)]
        return options[0] if len(options) == 1 else {"anyOf": options}

    def drop(self, kinds: Iterable[TypeForm]) -> None:
        """Removes the shared schemas of types that are described elsewhere, such as query parameters."""
        for kind in kinds:
            self.shared.pop(_target(self._by_type[kind]), None)


def _problem_type(kind: type[DomainError]) -> type:
    """The type of the problem document of an error with additional members."""
    fields = [("type", str), ("title", str), ("status", int), ("code", str), ("request_id", str)]
    made = msgspec.defstruct(f"{kind.__name__}Problem", [*fields, *kind.extra.items()], bases=(Problem,), kw_only=True)
    made.__doc__ = kind.title + "."
    return made


def _check_names(kinds: Iterable[type[DomainError]]) -> None:
    seen: dict[str, type[DomainError]] = {}
    for kind in kinds:
        if seen.setdefault(kind.__name__, kind) is not kind:
            raise TypeError(
                f"two refusals are called {kind.__name__}: {seen[kind.__name__].__module__} and {kind.__module__}"
            )


def _readable(shared: Iterable[str]) -> dict[str, str]:
    """msgspec's schema names to the names in the OpenAPI document: `Page_Item_` becomes `ItemPage`. TypeError for types
    with the same name: msgspec would add their modules to the names, so adding a type would rename another."""
    names = {name: _PAGE.sub(r"\1Page", name) for name in shared}
    if doubled := sorted(name for name in names if "." in name):
        raise TypeError(f"types of the specification share a name: {', '.join(doubled)}")
    if len(set(names.values())) < len(names):
        raise TypeError("a type of the specification has the name of a page of others")
    return names


def _target(schema: Schema) -> str:
    return str(schema.get("$ref", "")).rpartition("/")[2]


def _of_struct(struct: inspect.StructType, shared: dict[str, Schema]) -> Schema:
    """The shared schema of a struct."""
    name = structs.name_of(struct)
    return next(schema for schema in shared.values() if schema["title"] == name)


def _finish(schema: Schema, struct: inspect.StructType, *, is_request: bool) -> None:
    """Closes schemas of requests, sets the required fields of responses, and adds the format of times."""
    schema.pop("additionalProperties", None)
    if is_request:
        schema["additionalProperties"] = False
    else:
        always = structs.always_sent(struct) | set(schema["required"])
        schema["required"] = [name for name in schema["properties"] if name in always]
        for member in schema["properties"].values():
            member.pop("default", None)
    for name in structs.times(struct):
        member = schema["properties"][name]
        for option in member.get("anyOf", [member]):
            if option.get("type") == "string":
                option["format"] = "date-time"


def _plain(schema: Schema, names: dict[str, str]) -> Schema:
    """A copy with readable names, a type for every enumeration, and without defaults of null, from which client
    generators would make required fields."""
    members = ((key, value) for key, value in schema.items() if key != "default" or value is not None)
    plain = {key: _plain_member(value, names) for key, value in members}
    if isinstance(schema.get("$ref"), str):
        plain["$ref"] = _REF.format(name=names[_target(schema)])
    if isinstance(schema.get("description"), str):
        plain["description"] = " ".join(schema["description"].split())
    if isinstance(schema.get("enum"), list) and "type" not in schema:
        kinds = list(dict.fromkeys(_JSON_TYPES[type(value)] for value in schema["enum"]))
        plain["type"] = kinds[0] if len(kinds) == 1 else kinds
    return plain


def _plain_member(value: object, names: dict[str, str]) -> object:
    if isinstance(value, list):
        return [_plain_member(each, names) for each in value]
    return _plain(value, names) if isinstance(value, dict) else value


def _decimal_schema(kind: object) -> Schema:
    """msgspec's hook for the JSON schemas of the decimal types. NotImplementedError for all others: msgspec's protocol
    for "this hook does not know the type", which it turns into its own error."""
    if isinstance(kind, type) and issubclass(kind, Exact):
        return kind.schema()
    raise NotImplementedError(kind)
