"""A person in every field that the data map calls personal, made from its declarations: a new table joins by itself."""

import re
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from msgspec import inspect

from chalicelib.kernel import clock, declaration
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.dynamo.attributes import Choice, Day, Declared, Flag, Moment, Number, Text, Texts, Whole
from chalicelib.kernel.dynamo.model import Document, Row
from chalicelib.kernel.privacy import FieldClass, Partitions
from chalicelib.kernel.tenant import Tenant
from chalicelib.privacy.data_map import service as data_map
from tests.privacy.persons.planted import findings, search
from tests.privacy.persons.test_erasing import erase, traces
from tests.world import Client

NAME, EMAIL, PHONE, MARK = "Pia Planted", "pia.planted@example.com", "+49 30 5550199", "pia-planted-mark"
OTHERS = {"privacy_requests", "person_searches"}
"""Rows of privacy officers themselves, which jobs follow: planted ones would begin to move."""
KEPT_BY_LAW = {"sales_orders", "sales_order_contents", "shipments"}
"""Of these a law keeps a part (the module's extension `kept`)."""
NOW = "2026-01-01T00:00:00Z"


def of_class(found: FieldClass, pattern: str | None, examples: list[str]) -> str:
    """A value that tells the person, or, where the field cannot hold one, an example of it."""
    if not found.is_personal:
        wanted = ["x", "EUR", "DE", "1"]
    elif found.is_name:
        wanted = [NAME]
    else:
        wanted = [f"Write to {EMAIL}"] if found.free_text else [MARK, EMAIL, PHONE]
    usable = (each for each in [*wanted, *examples] if pattern is None or re.search(pattern, each))
    return next(usable)


def tree(info: Any, found: FieldClass, examples: list[str]) -> Any:
    """A value of a stored type, with the person in all that is personal."""
    if isinstance(info, inspect.Metadata):
        extra, schema = info.extra or {}, info.extra_json_schema or {}
        return tree(info.type, extra.get("field_class", found), schema.get("examples") or examples)
    if isinstance(info, inspect.StructType):
        members = {field.encode_name: tree(field.type, found, []) for field in info.fields}
        return list(members.values()) if info.array_like else members
    if isinstance(info, inspect.TupleType):
        return [tree(each, found, examples) for each in info.item_types]
    if isinstance(info, inspect.ListType | inspect.VarTupleType | inspect.SetType | inspect.FrozenSetType):
        return [tree(info.item_type, found, examples)]
    if isinstance(info, inspect.DictType):
        return {tree(info.key_type, found, examples): tree(info.value_type, found, examples)}
    if isinstance(info, inspect.UnionType):
        members = [each for each in info.types if not isinstance(each, inspect.NoneType)]
        texts = [each for each in members if isinstance(each, inspect.StrType)]
        return tree([*texts, *members][0], found, examples)
    if isinstance(info, inspect.EnumType):
        return next(iter(info.cls)).value
    if isinstance(info, inspect.StrType):
        return of_class(found, info.pattern, examples)
    simple = {inspect.BoolType: False, inspect.DateTimeType: NOW, inspect.DateType: NOW[:10]}
    return simple.get(type(info), 1 if isinstance(info, inspect.IntType) else "1")


def value(attribute: Declared[Any]) -> Any:
    """A value of an attribute."""
    if isinstance(attribute, Text):
        return of_class(attribute.field_class, None, [])
    if isinstance(attribute, Choice):
        return next(iter(attribute.choices))
    if isinstance(attribute, Texts):
        return {of_class(attribute.field_class, None, [])}
    plain = {Whole: 1, Number: 1, Flag: False, Moment: clock.now(), Day: clock.now().date()}
    if type(attribute) in plain:
        return plain[type(attribute)]
    kind = attribute.kind  # type: ignore[attr-defined]
    found = tree(inspect.type_info(kind), attribute.field_class, [])
    return msgspec.convert(found, kind, dec_hook=lambda kind, given: kind(given))


def personal(model: type[Row]) -> dict[str, Declared[Any]]:
    """The attributes in which something of a person may be."""
    return {
        name: attribute
        for name, attribute in model.get_attributes().items()
        if isinstance(attribute, Declared) and any(each.is_personal for each in attribute.field_classes)
    }


def fields(model: type[Row]) -> set[str]:
    """The personal fields of a table, as the data map has them."""
    return {
        f"{name}.{path}" if path else name
        for name, attribute in personal(model).items()
        for path, each in attribute.leaves.items()
        if each.is_personal
    }


def partition(model: type[Row], tenant: Tenant) -> str:
    persons, now = model.persons, clock.real().date().isoformat()
    assert persons is not None
    parts = {Partitions.ONE: (), Partitions.MONTHS: (now[:7],), Partitions.DAYS: (now,)}
    return tenant.key(*parts[persons.partitions]) if persons.partitions else tenant.key()


def planted(model: type[Row], tenant: Tenant, about: str) -> Row:
    """A row of the table that is about the person, with all that it can say of him."""
    row = model()
    for name, attribute in model.get_attributes().items():
        if isinstance(attribute, Declared) and (name in personal(model) or not attribute.null):
            setattr(row, name, tenant.key("planted") if name.endswith("_key") else value(attribute))
    for name in model.persons.about if model.persons else ():
        setattr(row, name, about)
    keys = model.key_names()
    setattr(row, keys[0], partition(model, tenant))
    if len(keys) > 1 and keys[1] not in (model.persons.about if model.persons else ()):
        setattr(row, keys[1], "planted")
    return row


def tables() -> Iterator[type[Row]]:
    for model in declaration.tables():
        persons = model.persons
        is_walked = persons is not None and persons.partitions not in (None, Partitions.DOCUMENTS)
        if is_walked and personal(model) and data_map.table_of(model) not in OTHERS:
            yield model


@pytest.fixture
def person(acme: Client) -> dict[str, Any]:
    body = {"kind": "person", "name": NAME, "contacts": [{"email": EMAIL, "phone": PHONE}]}
    made: dict[str, Any] = acme.post("/v1/customers", body).ok()
    return made


def test_access_finds_every_personal_field_of_every_table(acme: Client, person: dict[str, Any]) -> None:
    tenant, models = Tenant(acme.tenant), list(tables())
    for model in models:
        assert store.write(store.put(planted(model, tenant, person["id"]))), model
    done = search(acme, names=[NAME], emails=[EMAIL], phones=[PHONE], document_ids=[person["id"]])
    found: dict[str, set[str]] = {}
    for each in findings(acme, done["id"]):
        named = {name for portion in each["portions"] for name in portion["fields"]}
        found[each["table"]] = found.get(each["table"], set()) | named
    missing = {data_map.table_of(model): fields(model) - found.get(data_map.table_of(model), set()) for model in models}
    assert {table: names for table, names in missing.items() if names} == {}
    assert len(models) >= 10
    assert any(issubclass(model, Document) for model in models)
    for each in findings(acme, done["id"], "&waiting=true"):
        path = f"/v1/privacy/searches/{done['id']}/findings/{each['id']}/include"
        acme.post(path, {}, etag="*").ok()
    assert erase(acme, done["id"])["state"] == "erased"
    kept = {data_map.table_of(model) for model in models if model.persons and model.persons.kept}
    left = {key.partition("/")[0] for key in traces(acme, NAME, EMAIL, PHONE, MARK)}
    names = {data_map.model_of(table).__name__ for table in kept | KEPT_BY_LAW}
    assert left <= names
