"""What the server decides, nobody can send: every field that some answer or some table has, put into every body.

Generated over every route that takes a body, at every object in it.
"""

import itertools
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib import modules
from chalicelib.access.rate_limit import RateWindow
from chalicelib.kernel.quotas import Quota
from tests.contract.asking import naming_body_for
from tests.contract.operations import Operation, Schema, put, resolve
from tests.contract.sample_tenant import SampleTenant
from tests.contract.watching import rows
from tests.world import Reply

Place = tuple[str, ...]
COUNTERS = {RateWindow, Quota}
ALWAYS = {
    *("id", "version", "tenant", "tenant_id", "status", "number", "job_id", "allowed_transitions"),
    *("created_at", "created_by", "updated_at", "updated_by", "on_hand", "committed", "available", "seq"),
}


def objects(schema: Schema, document: Any, place: Place = ()) -> Iterator[tuple[Place, set[str]]]:
    """Every object of a schema, with the names that it has; `*` for an element of an array."""
    schema = resolve(schema, document)
    for option in schema.get("anyOf", []):
        yield from objects(option, document, place)
    if "properties" in schema:
        yield place, set(schema["properties"])
        for name, member in schema["properties"].items():
            yield from objects(member, document, (*place, name))
    if isinstance(schema.get("items"), dict):
        yield from objects(schema["items"], document, (*place, "*"))


def answered(operation: Operation) -> Iterator[tuple[Place, set[str]]]:
    """Every object of an operation's successes."""
    for status, response in operation.spec["responses"].items():
        for content in response.get("content", {}).values() if status < "300" else ():
            yield from objects(content["schema"], operation.document)


def writes(routes: list[Operation]) -> list[Operation]:
    found = [operation for operation in routes if operation.body_schema is not None]
    assert len(found) >= 24
    return found


def own_fields(operation: Operation) -> Iterator[tuple[Place, str]]:
    """What the operation's own answer has and its body has not, where both have the same object."""
    taken = dict(objects(operation.body_schema or {}, operation.document))
    for place, names in answered(operation):
        for name in sorted(names - taken[place]) if place in taken else ():
            yield place, name


def pointer(place: Place, name: str) -> str:
    return "".join(f"/{step}" for step in (*place, name)).replace("*", "0")


def send(operation: Operation, ours: SampleTenant, body: Any) -> Reply:
    """Right in everything else, the version included: only the injected field can be what is refused."""
    path = operation.path(ours.ids)
    change = operation.endpoint.change
    etag = ours.client.get(parent(path)).etag if change else ""
    return ours.client.call(operation.method, path, body, operation.headers(uuid.uuid4().hex, etag))


def parent(path: str) -> str:
    """Where the document is read that a step changes."""
    parts = path.split("/")
    at = next((index for index, part in enumerate(parts) if "_" in part or len(part) == 36), len(parts) - 1)
    return "/".join(parts[: at + 1])


def whole(operation: Operation, ours: SampleTenant, place: Place = ()) -> Any:
    """A body that is well formed at the place, and refused as a whole when a row of it is bad."""
    body = naming_body_for(operation, ours, place)
    return {**body, "on_error": "all_or_nothing"} if operation.endpoint.rows else body


def stored(ours: SampleTenant) -> dict[str, list[Any]]:
    """Everything of the tenant, table by table, save what only counts requests."""
    found = {model.__name__: list(rows(model, ours.client)) for model in modules.tables() if model not in COUNTERS}
    return {name: sorted(items, key=str) for name, items in found.items()}


def portions(names: list[str]) -> list[list[str]]:
    """As many as one answer can name."""
    return [names[start : start + 100] for start in range(0, len(names), 100)]


@pytest.fixture
def unchanged(ours: SampleTenant) -> Iterator[None]:
    """Looks at every table before and after."""
    before = stored(ours)
    assert sum(len(items) for items in before.values()) > 40
    yield
    assert stored(ours) == before


@pytest.mark.usefixtures("unchanged")
def test_each_field_that_an_answer_has_and_a_body_has_not_is_refused_in_the_body_and_changes_nothing(
    ours: SampleTenant, routes: list[Operation]
) -> None:
    asked = 0
    for operation in writes(routes):
        for place, name in own_fields(operation):
            body = put(whole(operation, ours, place), (*place, name), 7)
            problem = send(operation, ours, body).refused(422, "invalid")
            told = [(error["pointer"], error["code"]) for error in problem["errors"]]
            assert told == [(pointer(place, name), "unknown_field")], operation.name
            asked += 1
    assert asked >= 250


def known_names(routes: list[Operation]) -> set[str]:
    """Every name that some answer or some table has."""
    answers = {name for operation in routes for _, members in answered(operation) for name in members}
    return ALWAYS | answers | {name for model in modules.tables() for name in model.get_attributes()}


def foreign_names(operation: Operation, routes: list[Operation]) -> list[tuple[Place, str]]:
    """The same, for each object of a body without the names that the object takes."""
    names = known_names(routes)
    found = objects(operation.body_schema or {}, operation.document)
    return [(place, name) for place, taken in found for name in sorted(names - taken)]


@pytest.mark.usefixtures("unchanged")
def test_every_name_that_any_answer_or_table_knows_is_refused_in_every_object_of_every_body(
    ours: SampleTenant, routes: list[Operation]
) -> None:
    assert len(known_names(routes)) > 200
    asked = 0
    for operation in writes(routes):
        for place, names in itertools.groupby(foreign_names(operation, routes), key=lambda pair: pair[0]):
            for foreign in portions([name for _, name in names]):
                body = whole(operation, ours, place)
                for name in foreign:
                    body = put(body, (*place, name), "x")
                problem = send(operation, ours, body).refused(422, "invalid")
                told = {(error["pointer"], error["code"]) for error in problem["errors"]}
                assert told == {(pointer(place, name), "unknown_field") for name in foreign}, (operation.name, place)
                asked += len(foreign)
    assert asked > 5000


def test_a_row_of_a_bulk_body_with_such_a_field_is_skipped_and_not_written_without_it(ours: SampleTenant) -> None:
    for name in sorted(ALWAYS - {"status"}):
        rows = [{"sku": f"GOOD-{name.upper()}", "name": "n"}, {"sku": f"BAD-{name.upper()}", "name": "n", name: 7}]
        answer = ours.client.post("/v1/items/bulk-upsert", {"items": rows, "on_error": "skip_rows"}).ok()
        assert [entry["outcome"] for entry in answer["rows"]] == ["created", "failed"], answer
        assert ours.client.get(f"/v1/items?sku=BAD-{name.upper()}").ok()["data"] == []
