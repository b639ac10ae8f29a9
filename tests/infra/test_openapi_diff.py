"""The gate of the API: no change that breaks clients without a version or a sunset that says so."""

import copy
import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chalicelib.edge import index
from chalicelib.edge.versions import history
from chalicelib.edge.versions.change import Version
from infra.openapi_diff import __main__ as command
from infra.openapi_diff import compare, released
from infra.openapi_diff.levels import LEVELS
from tests.world import World

pytestmark = pytest.mark.long

TEXT = {"type": "string"}


def media(schema: str, kind: str = "application/json") -> Any:
    return {kind: {"schema": {"$ref": f"#/components/schemas/{schema}"}}}


def query(name: str, **schema: Any) -> Any:
    return {"in": "query", "name": name, "required": False, "schema": schema}


BASE: Any = {
    "openapi": "3.1.0",
    "info": {"title": "t", "version": "1"},
    "paths": {
        "/things": {
            "get": {
                "operationId": "list_things",
                "parameters": [
                    query("sort", type="string", enum=["a", "b"]),
                    query("limit", type="integer", maximum=9),
                ],
                "responses": {"200": {"description": "d", "content": media("Thing")}},
            },
            "post": {
                "operationId": "create_thing",
                "parameters": [],
                "requestBody": {"required": True, "content": media("NewThing")},
                "responses": {
                    "201": {"description": "d", "headers": {"ETag": {"schema": TEXT}}, "content": media("Thing")},
                    "409": {"description": "d", "content": media("Refusals", "application/problem+json")},
                },
            },
        }
    },
    "components": {
        "schemas": {
            "Thing": {
                "type": "object",
                "properties": {
                    "id": {"type": "string", "pattern": "^a", "maxLength": 9},
                    "kind": {"type": "string", "enum": ["x"]},
                    "size": {"type": "integer"},
                },
                "required": ["id", "kind", "size"],
            },
            "NewThing": {
                "type": "object",
                "properties": {
                    "name": {"type": "string", "maxLength": 50, "pattern": "^[a-z]+$"},
                    "kind": {"type": "string", "enum": ["x", "y"]},
                    "note": {"anyOf": [{"type": "string"}, {"type": "null"}]},
                    "parts": {"type": "array", "items": TEXT, "maxItems": 10},
                },
                "required": ["name"],
                "additionalProperties": False,
            },
            "Refusals": {"oneOf": [{"$ref": "#/components/schemas/Taken"}]},
            "Taken": {
                "type": "object",
                "properties": {"code": {"type": "string", "const": "taken"}, "by": TEXT},
                "required": ["code", "by"],
            },
        }
    },
    "x-events": {"thing.made": {"meaning": "m", "entity": "thing", "fields": ["name"]}},
}
"""A small document in the shapes of ours."""
LISTING, CREATING = (lambda document, each=each: document["paths"]["/things"][each] for each in ("get", "post"))
Edit = Callable[[Any], Any]


def schema(name: str, document: Any) -> Any:
    return document["components"]["schemas"][name]


def field(name: str, member: str, document: Any) -> Any:
    return schema(name, document)["properties"][member]


def without(name: str, member: str, document: Any) -> None:
    del schema(name, document)["properties"][member]
    if member in schema(name, document)["required"]:
        schema(name, document)["required"].remove(member)


BREAKING: dict[str, Edit] = {
    "an operation is gone": lambda d: d["paths"]["/things"].pop("get"),
    "a path is gone": lambda d: d["paths"].pop("/things"),
    "an operation has another id": lambda d: LISTING(d).update(operationId="things"),
    "a parameter is gone": lambda d: LISTING(d)["parameters"].pop(0),
    "a parameter is required": lambda d: LISTING(d)["parameters"][0].update(required=True),
    "a required parameter is new": lambda d: LISTING(d)["parameters"].append(
        {"in": "query", "name": "new", "required": True, "schema": TEXT}
    ),
    "a parameter has fewer values": lambda d: LISTING(d)["parameters"][0]["schema"]["enum"].remove("b"),
    "a parameter has a narrower limit": lambda d: LISTING(d)["parameters"][1]["schema"].update(maximum=5),
    "a parameter has another type": lambda d: LISTING(d)["parameters"][0].update(schema={"type": "integer"}),
    "a field of a request is gone": lambda d: without("NewThing", "note", d),
    "a field of a request is required": lambda d: schema("NewThing", d)["required"].append("kind"),
    "a required field of a request is new": lambda d: (
        schema("NewThing", d)["properties"].update(new=TEXT), schema("NewThing", d)["required"].append("new")
    ),
    "a field of a request has fewer values": lambda d: field("NewThing", "kind", d)["enum"].remove("y"),
    "a field of a request may not be null": lambda d: schema("NewThing", d)["properties"].update(note=TEXT),
    "a field of a request has another type": lambda d: field("NewThing", "name", d).update(type="integer"),
    "a field of a request must be shorter": lambda d: field("NewThing", "name", d).update(maxLength=10),
    "a field of a request has another pattern": lambda d: field("NewThing", "name", d).update(pattern="^[a-y]+$"),
    "a field of a request has a pattern": lambda d: field("NewThing", "kind", d).update(pattern="^x"),
    "a list of a request must be shorter": lambda d: field("NewThing", "parts", d).update(maxItems=5),
    "members of a list of a request have another type": lambda d: field("NewThing", "parts", d).update(
        items={"type": "integer"}
    ),
    "a field of an answer is gone": lambda d: without("Thing", "size", d),
    "a field of an answer may be missing": lambda d: schema("Thing", d)["required"].remove("size"),
    "a field of an answer may be null": lambda d: schema("Thing", d)["properties"].update(
        size={"anyOf": [{"type": "integer"}, {"type": "null"}]}
    ),
    "a field of an answer has another type": lambda d: field("Thing", "size", d).update(type="string"),
    "a success has another status": lambda d: CREATING(d)["responses"].update(
        {"200": CREATING(d)["responses"].pop("201")}
    ),
    "a header of an answer is gone": lambda d: CREATING(d)["responses"]["201"].pop("headers"),
    "a member of a problem is gone": lambda d: without("Taken", "by", d),
    "a problem has another code": lambda d: field("Taken", "code", d).update(const="exists"),
    "an event is gone": lambda d: d["x-events"].pop("thing.made"),
    "an event is about something else": lambda d: d["x-events"]["thing.made"].update(entity="part"),
}  # fmt: skip

HARMLESS: dict[str, Edit] = {
    "nothing": lambda d: None,
    "an operation is new": lambda d: d["paths"]["/things"].update(
        patch={"operationId": "n", "parameters": [], "responses": {"200": {"description": "d"}}}
    ),
    "an optional parameter is new": lambda d: LISTING(d)["parameters"].append(
        {"in": "query", "name": "new", "required": False, "schema": TEXT}
    ),
    "an optional field of a request is new": lambda d: schema("NewThing", d)["properties"].update(new=TEXT),
    "a field of an answer is new": lambda d: (
        schema("Thing", d)["properties"].update(new=TEXT), schema("Thing", d)["required"].append("new")
    ),
    "a field of an answer has more values": lambda d: field("Thing", "kind", d)["enum"].append("z"),
    "a field of a request has more values": lambda d: field("NewThing", "kind", d)["enum"].append("z"),
    "a field of a request may be longer": lambda d: field("NewThing", "name", d).update(maxLength=90),
    "an id may be longer and look different": lambda d: field("Thing", "id", d).update(pattern="^b", maxLength=30),
    "an operation is refused for one more reason": lambda d: (
        d["components"]["schemas"].update(Gone={**schema("Taken", d), "title": "Gone"}),
        schema("Refusals", d)["oneOf"].append({"$ref": "#/components/schemas/Gone"}),
        CREATING(d)["responses"].update({"423": {"description": "d"}}),
    ),
    "a header of an answer is new": lambda d: LISTING(d)["responses"]["200"].update(headers={"A": {"schema": TEXT}}),
    "something is deprecated": lambda d: (
        LISTING(d).update(deprecated=True), field("NewThing", "note", d).update(deprecated=True),
        field("Thing", "size", d).update(deprecated=True),
    ),
    "texts are others": lambda d: (
        LISTING(d).update(summary="s", tags=["t"]), field("Thing", "id", d).update(title="i")
    ),
    "an event is new": lambda d: d["x-events"].update({"thing.sold": {"entity": "thing", "fields": []}}),
}  # fmt: skip


def edited(edit: Edit, base: Any = BASE) -> Any:
    document = copy.deepcopy(base)
    edit(document)
    return document


@pytest.mark.parametrize("name", BREAKING)
def test_a_change_that_breaks_clients_is_found(name: str) -> None:
    assert compare.breaking(BASE, edited(BREAKING[name])) != []


def test_a_body_that_becomes_required_is_found() -> None:
    optional = edited(lambda d: CREATING(d)["requestBody"].update(required=False))
    assert compare.breaking(optional, BASE) != []
    assert compare.breaking(BASE, optional) == []


@pytest.mark.parametrize("name", HARMLESS)
def test_a_change_that_clients_must_expect_is_none(name: str) -> None:
    assert compare.breaking(BASE, edited(HARMLESS[name])) == []


def test_what_was_deprecated_may_go_when_its_sunset_has_passed_and_not_before() -> None:
    def ending(day: str) -> Any:
        return edited(lambda d: LISTING(d).update(deprecated=True, **{"x-sunset": day}))

    gone = edited(BREAKING["an operation is gone"])
    assert compare.breaking(ending("2025-01-01"), gone) == []
    assert "sunset" in compare.breaking(ending("2098-01-01"), gone)[0]
    assert compare.breaking(edited(lambda d: LISTING(d).update(deprecated=True)), gone) != []
    for name, member in (("NewThing", "note"), ("Thing", "size")):
        removed = edited(lambda d, name=name, member=member: without(name, member, d))
        for said, may_go in (({"x-sunset": "2025-01-01"}, True), ({"x-sunset": "2098-01-01"}, False), ({}, False)):
            mark = {"deprecated": True, **said}
            before = edited(lambda d, at=(name, member), mark=mark: field(*at, d).update(mark))
            assert (compare.breaking(before, removed) == []) is may_go, (name, member, said)


def test_a_change_that_a_person_has_judged_is_accepted_and_no_other(tmp_path: Path) -> None:
    wider = edited(BREAKING["a field of a request has another pattern"])
    (told,) = compare.breaking(BASE, wider)
    accepted = tmp_path / "accepted.txt"
    accepted.write_text(f"# It is wider.\n{told.rpartition(' [')[0]}\n")
    assert compare.breaking(BASE, wider, accepted) == []
    assert compare.breaking(BASE, edited(BREAKING["a parameter is gone"]), accepted) != []


def test_documents_that_cannot_be_compared_are_an_error() -> None:
    with pytest.raises(command.LocalFailureError, match="could not be compared"):
        compare.breaking({"openapi": "3.1.0", "paths": []}, BASE)


def test_the_files_of_the_reference_page_have_their_version_in_the_path_and_are_no_part_of_the_api() -> None:
    page = {"get": {"operationId": "style", "responses": {"200": {"description": "d"}}}}
    before = edited(lambda d: d["paths"].update({"/docs/style-1.css": page}))
    assert compare.breaking(before, BASE) == []


def test_each_rating_has_one_level() -> None:
    assert set(LEVELS.values()) == {"INFO", "ERR"}


def test_no_change_since_the_release_breaks_a_client_of_any_supported_version(world: World) -> None:
    assert {version.name for version in history.VERSIONS[:-1]} <= {
        file.name.removesuffix(".json.gz") for file in released.FOLDER.glob("*.json.gz")
    }
    assert released.breaking_changes() == []


def test_a_change_that_a_version_declares_is_none_for_the_versions_before_and_an_undeclared_one_is(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    oldest, newest = history.VERSIONS[0], history.VERSIONS[-1]
    text = index.made_document(newest.name).replace(f'["{newest.name}"]'.encode(), f'["{oldest.name}"]'.encode())
    before = text.replace(b"shipment_ids", b"shipments")
    file = tmp_path / f"{oldest.name}.json.gz"
    file.write_bytes(gzip.compress(before))
    assert released.breaking_changes(tmp_path) == []
    monkeypatch.setattr(history, "VERSIONS", (oldest, Version(newest.released)))
    found = released.breaking_changes(tmp_path)
    assert found
    assert all("`shipments`" in line and line.startswith(oldest.name) for line in found)


def test_a_release_with_a_breaking_change_writes_nothing(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    documents = {version.name: BASE for version in history.VERSIONS}
    monkeypatch.setattr(released, "current", lambda: documents)
    monkeypatch.setattr(released.breaking_changes, "__defaults__", (tmp_path,))
    monkeypatch.setattr(released.write, "__defaults__", (tmp_path,))
    assert command.main(["release"]) == 0
    names = sorted(file.name for file in tmp_path.iterdir())
    assert names == sorted([released.ACCEPTED, *(f"{version}.json.gz" for version in documents)])
    before = {name: (tmp_path / name).read_bytes() for name in names}
    documents[history.newest()] = edited(BREAKING["a path is gone"])
    assert [command.main([each]) for each in ("check", "release", "publish")] == [1, 1, 2]
    assert {name: (tmp_path / name).read_bytes() for name in names} == before
    assert f"{history.newest()}: " in capsys.readouterr().err
    documents[history.newest()] = edited(HARMLESS["an operation is new"])
    (tmp_path / "2020-01-01.json.gz").write_bytes(b"")
    (tmp_path / released.ACCEPTED).write_text("GET /things was judged\n")
    assert command.main(["release"]) == 0
    assert sorted(file.name for file in tmp_path.iterdir()) == names
    assert (tmp_path / released.ACCEPTED).read_bytes() == before[released.ACCEPTED]
    (tmp_path / names[0]).unlink()
    assert released.breaking_changes(tmp_path) == [f"{history.VERSIONS[0].name}: there is no released document"]
