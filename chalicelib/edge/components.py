"""The schemas of the OpenAPI document, made from msgspec types, with readable and unique names."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import inspect

from chalicelib.edge import problems, structs
from chalicelib.kernel.decimals import Exact
from chalicelib.kernel.errors import DomainError
from chalicelib.kernel.struct_types import TypeForm

Schema = dict[str, Any]
"""A JSON schema: JSON, whose members depend on its keywords."""
_REF = "#/components/schemas/{name}"
_PAGE = re.compile(r"Page_(\w+)_$")
_JSON_TYPES: dict[type, str] = {str: "string", int: "integer", float: "number", bool: "boolean", type(None): "null"}
INPUT = "Input"
"""Ends the name of the schema of what is taken, where what is sent of the same type has another one."""
_DECIMAL_PATTERN = r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?$"
Finish = Callable[[Schema, inspect.StructType], None]


class Components:
    """What the operations share: the schemas of bodies that are taken, of queries that are asked and of what is sent,
    and the responses of refusals.

    Schemas of what is taken are closed, because unknown fields are refused. Schemas of what is sent are open, because
    fields may be added, and require all fields that are always sent. Hence a struct that is taken and sent has two
    schemas: `AddressInput` and `Address`. TypeError when two types have the same name.
    """

    def __init__(
        self,
        taken: Sequence[TypeForm],
        asked: Sequence[TypeForm],
        sent: Sequence[TypeForm],
        refusals: Iterable[type[DomainError]],
    ) -> None:
        self._problems = {kind: problems.type_of(kind) for kind in dict.fromkeys(refusals)}
        sent = [*sent, *self._problems.values()]
        names = _readable(_generated([*taken, *asked, *sent])[1])
        input_names = _input_names(names, _generated(taken)[1], _generated(sent)[1])
        self._taken, taken_shared = _schemas(taken, input_names, _finish_taken)
        self._asked, asked_shared = _schemas(asked, names, _finish_asked)
        self._sent, sent_shared = _schemas(sent, names, _finish_sent)
        own = {_target(schema) for schema in self._asked.values()}
        self._queries = {name: schema for name, schema in asked_shared.items() if name in own}
        enums = {name: schema for name, schema in asked_shared.items() if name not in own}
        self.shared: dict[str, Schema] = {**taken_shared, **enums, **sent_shared}
        self.responses: dict[str, dict[str, Any]] = {}

    def taken(self, kind: TypeForm) -> Schema:
        """The schema of the type of a body, which is usually a reference."""
        return self._taken[kind]

    def asked(self, kind: TypeForm) -> Schema:
        """The schema of the type of a query. It is not shared, because a document describes its fields as
        parameters."""
        return self._queries[_target(self._asked[kind])]

    def sent(self, kind: TypeForm) -> Schema:
        """The schema of the type of a response, which is usually a reference."""
        return self._sent[kind]

    def problem(self, refusals: Iterable[type[DomainError]]) -> Schema:
        """The schema of the problem documents of these errors, told apart by their code."""
        options = {kind.code: self.sent(self._problems[kind]) for kind in refusals}
        if len(options) == 1:
            return next(iter(options.values()))
        mapping = {code: option["$ref"] for code, option in options.items()}
        return {"oneOf": list(options.values()), "discriminator": {"propertyName": "code", "mapping": mapping}}

    def response(self, name: str, response: dict[str, Any]) -> Schema:
        """A reference to the shared response of this name. ValueError when another response has the name."""
        if self.responses.setdefault(name, response) != response:
            raise ValueError(f"two responses are called {name}")
        return {"$ref": f"#/components/responses/{name}"}

    def resolved(self, schema: Schema) -> Schema:
        """The schema itself, or the shared schema that it refers to."""
        return self.shared[_target(schema)] if "$ref" in schema else schema


def _generated(kinds: Iterable[TypeForm]) -> tuple[dict[TypeForm, Schema], dict[str, Schema]]:
    """msgspec's schemas of the types, and the shared schemas by msgspec's names."""
    requested = list(dict.fromkeys(kinds))
    schemas, shared = msgspec.json.schema_components(requested, schema_hook=_decimal_schema, ref_template=_REF)
    return dict(zip(requested, schemas, strict=True)), shared


def _schemas(
    kinds: Sequence[TypeForm], names: Mapping[str, str], finish: Finish
) -> tuple[dict[TypeForm, Schema], dict[str, Schema]]:
    """The schemas of the types, and the shared schemas by their names in the document; `finish` completes those of
    structs."""
    by_type, shared = _generated(kinds)
    by_title = {schema["title"]: schema for schema in shared.values()}
    for struct in structs.below(kinds):
        schema = by_title[structs.name_of(struct)]
        schema.pop("additionalProperties", None)
        _add_descriptions(schema, struct)
        _add_format_of_times(schema, struct)
        finish(schema, struct)
    plain = {kind: _plain(schema, names) for kind, schema in by_type.items()}
    return plain, {names[name]: {**_plain(schema, names), "title": names[name]} for name, schema in shared.items()}


def _add_descriptions(schema: Schema, struct: inspect.StructType) -> None:
    """Puts the description of each field beside its union or reference, where msgspec would leave it out."""
    for name, text in structs.descriptions(struct).items():
        member = schema["properties"][name]
        for option in member.get("anyOf", ()):
            option.pop("description", None)
        schema["properties"][name] = {**member, "description": text}


def _add_format_of_times(schema: Schema, struct: inspect.StructType) -> None:
    for name in structs.times(struct):
        member = schema["properties"][name]
        for option in member.get("anyOf", [member]):
            if option.get("type") == "string":
                option["format"] = "date-time"


def _finish_taken(schema: Schema, _: inspect.StructType) -> None:
    """Closes the schema, and describes defaults in words: from the keyword, client generators make required fields."""
    schema["additionalProperties"] = False
    for member in schema["properties"].values():
        default = member.pop("default", None)
        if default is not None:
            shown = default if isinstance(default, str) else msgspec.json.encode(default).decode()
            member["description"] = f"{member.get('description', '')} `{shown}` by default.".strip()


def _finish_asked(schema: Schema, _: inspect.StructType) -> None:
    for member in schema["properties"].values():
        if member.get("default", "") is None:
            del member["default"]


def _finish_sent(schema: Schema, struct: inspect.StructType) -> None:
    """Requires the fields that are always sent."""
    always = structs.always_sent(struct) | set(schema["required"])
    schema["required"] = [name for name in schema["properties"] if name in always]
    for member in schema["properties"].values():
        member.pop("default", None)


def _readable(shared: Iterable[str]) -> dict[str, str]:
    """msgspec's schema names to the names in the OpenAPI document: `Page_Item_` becomes `ItemPage`. TypeError for types
    with the same name: msgspec would add their modules to the names, so adding a type would rename another."""
    names = {name: _PAGE.sub(r"\1Page", name) for name in shared}
    if doubled := sorted(name for name in names if "." in name):
        raise TypeError(f"types of the specification share a name: {', '.join(doubled)}")
    if len(set(names.values())) < len(names):
        raise TypeError("a type of the specification has the name of a page of others")
    return names


def _input_names(names: Mapping[str, str], taken: Mapping[str, Schema], sent: Mapping[str, Schema]) -> dict[str, str]:
    """The names for the schemas of what is taken: those of structs that are sent too end with `Input`. TypeError when a
    type has such a name already."""
    both = [name for name, schema in taken.items() if "properties" in schema and name in sent]
    made = {name: f"{names[name]}{INPUT}" for name in both}
    if doubled := set(made.values()) & set(names.values()):
        raise TypeError(f"types of the specification share a name: {', '.join(sorted(doubled))}")
    return {**names, **made}


def _target(schema: Schema) -> str:
    return str(schema.get("$ref", "")).rpartition("/")[2]


def _plain(schema: Schema, names: Mapping[str, str]) -> Schema:
    """A copy in the form that client generators read best: with readable names, a type for every enumeration, a pattern
    for every decimal, and the description of an optional value beside its union with null."""
    plain = {key: _plain_member(value, names) for key, value in schema.items()}
    if isinstance(schema.get("$ref"), str):
        plain["$ref"] = _REF.format(name=names[_target(schema)])
    if isinstance(schema.get("description"), str):
        plain["description"] = " ".join(schema["description"].split())
    if isinstance(schema.get("enum"), list):
        _add_type(plain)
    if schema.get("format") == "decimal":
        plain.setdefault("pattern", _DECIMAL_PATTERN)
    if isinstance(schema.get("anyOf"), list):
        _describe_union(plain)
    return plain


def _plain_member(value: object, names: Mapping[str, str]) -> object:
    if isinstance(value, list):
        return [_plain_member(each, names) for each in value]
    return _plain(value, names) if isinstance(value, dict) else value


def _add_type(schema: Schema) -> None:
    """Adds the type of an enumeration. One of a single value that has no name, and so never gets more, becomes a
    constant."""
    kinds = list(dict.fromkeys(_JSON_TYPES[type(value)] for value in schema["enum"]))
    schema["type"] = kinds[0] if len(kinds) == 1 else kinds
    if len(schema["enum"]) == 1 and "title" not in schema:
        schema["const"] = schema.pop("enum")[0]


def _describe_union(schema: Schema) -> None:
    """Moves the description and the examples of the only option beside null to the union itself."""
    options = [option for option in schema["anyOf"] if option.get("type") != "null"]
    if len(options) == 1:
        for word in ("description", "examples"):
            if word in options[0]:
                moved = options[0].pop(word)
                schema.setdefault(word, moved)


def _decimal_schema(kind: object) -> Schema:
    """msgspec's hook for the JSON schemas of the decimal types."""
    if isinstance(kind, type) and issubclass(kind, Exact):
        return {**kind.schema(), "format": "decimal"}
    raise TypeError(f"no schema for {kind}")
