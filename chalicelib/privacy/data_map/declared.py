"""The data map, from the declarations of all tables, modules and recipients."""

import inspect
import sys
from collections.abc import Iterator
from functools import cache

from chalicelib.kernel import declaration
from chalicelib.kernel.declaration import Module
from chalicelib.kernel.dynamo.attributes import Declared
from chalicelib.kernel.dynamo.model import Document, Row, is_about_a_person
from chalicelib.kernel.privacy import HANDLING, FieldClass, Persons
from chalicelib.privacy.data_map.schemas import DataMapField, DataMapRetention, DataMapTable

_NOBODY = Persons(())


@cache
def tables() -> list[DataMapTable]:
    """Every table with every field, by name."""
    found = [_table(module, model) for module, model in _models()]
    return sorted(found, key=lambda each: each.table)


@cache
def models() -> dict[str, type[Row]]:
    """The models of all tables, by name."""
    return {name_of(model): model for model in declaration.tables()}


def leaves(model: type[Row]) -> Iterator[tuple[str, FieldClass]]:
    """The stored fields of a table, by path, with their classes."""
    for name, attribute in model.get_attributes().items():
        if not isinstance(attribute, Declared):
            raise TypeError(f"{model.__name__}.{name} has no field class")
        for path, found in attribute.leaves.items():
            yield f"{name}.{path}" if path else name, found


def name_of(model: type[Row]) -> str:
    """The table's name without the stage."""
    return model.table_name().rpartition("-")[2]


def _models() -> Iterator[tuple[Module, type[Row]]]:
    by_file = {f"{declaration.ROOT}.{module.name}": module for module in declaration.registered()}
    for model in declaration.tables():
        yield by_file[model.__module__.rpartition(".")[0]], model


def _table(module: Module, model: type[Row]) -> DataMapTable:
    persons = model.persons or _NOBODY
    return DataMapTable(
        table=name_of(model),
        package=module.name,
        says=" ".join((inspect.getdoc(sys.modules[model.__module__]) or "").partition("\n\n")[0].split()),
        people=list(persons.people),
        retention=[
            DataMapRetention(rule=each.rule, days=each.days, basis=each.basis) for each in model.retention_rules()
        ],
        objects=list(persons.objects),
        fields=[_field(module, model, name, found) for name, found in leaves(model)],
    )


def _field(module: Module, model: type[Row], name: str, found: FieldClass) -> DataMapField:
    handling = HANDLING[found.data_class]
    path = f"{name_of(model)}.{name}"
    return DataMapField(
        name=name,
        data_class=found.data_class,
        is_free_text=found.free_text,
        is_personal=found.is_personal,
        purposes=list(model.purposes or handling.purposes),
        basis=model.basis or handling.basis,
        erasure=found.erasure,
        recipients=[each.name for _, each in declaration.recipients().values() if path in each.fields],
        copies=_copies(module, model, found),
    )


def _copies(module: Module, model: type[Row], found: FieldClass) -> list[str]:
    """Answers that show a document are stored for repetitions, and words by which it is found lie in the search."""
    copies = []
    if found.is_personal and issubclass(model, Document) and is_about_a_person(model):
        copies.append("idempotency")
    if found.is_of_a_person and issubclass(model, Document) and module.searches:
        copies.append("search_entries")
    return copies
