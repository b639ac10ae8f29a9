"""What test_recipe.py asks in its copy of the repository: brands by the recipe, and a colour of items."""

import json
from typing import Any

from tests.world import Client, World


def test_the_recipe_makes_a_resource_that_keeps_every_convention(acme: Client) -> None:
    created = acme.post("/v1/brands", {"name": "Berg", "country": "DE"}, key="one")
    brand = created.ok()
    path = created.header("location")
    assert (created.status, created.etag, path) == (201, '"1"', f"/v1/brands/{brand['id']}")
    assert acme.post("/v1/brands", {"name": "Berg", "country": "DE"}, key="one").header("idempotent-replayed") == "true"
    problem = acme.post("/v1/brands", {"name": "BERG"}).refused(409, "already_exists")
    assert problem["errors"][0]["pointer"] == "/name"
    assert acme.post("/v1/brands", {"title": "x"}).refused(422, "invalid")["errors"][0]["pointer"] == "/name"
    assert acme.patch(path, {"name": "Tal"}, etag=1).ok()["name"] == "Tal"
    acme.patch(path, {"name": "Tal"}, etag=1).refused(412, "precondition_failed")
    tried = acme.patch(f"{path}?dry_run=true", {"country": None}, etag=2)
    assert (tried.header("dry-run"), tried.ok()["country"]) == ("true", None)
    shown = acme.get(path).ok()
    assert (shown["version"], shown["country"], shown["created_by"]) == (2, "DE", shown["updated_by"])
    assert [entry["name"] for entry in acme.get("/v1/brands?country=DE").ok()["data"]] == ["Tal"]
    assert acme.get("/v1/brands?country=CH").ok()["data"] == []
    assert acme.world.tenant().get(path).status == 404
    acme.as_("analyst").post("/v1/brands", {"name": "Nordwind"}).refused(403, "forbidden")
    acme.as_("purchasing").post("/v1/brands", {"name": "Nordwind"}).ok()
    acme.world.settle()
    events = [entry["event"] for entry in acme.get("/v1/changes").ok()["data"]]
    assert events.count("brand.created") == 2
    assert "brand.updated" in events


def specification(world: World) -> Any:
    return json.loads(world.anonymous().get("/openapi.json").body)


def test_the_specification_shows_the_resource_with_the_sample_as_its_example(world: World) -> None:
    document = specification(world)
    content = document["paths"]["/v1/brands"]["post"]["requestBody"]["content"]["application/json"]
    assert "Berg" in json.dumps(content)
    assert "brand.write" in json.dumps(document["paths"]["/v1/brands"]["post"])
    shown = document["components"]["schemas"]["Brand"]["properties"]
    assert {"name", "country", "version", "created_at"} <= shown.keys()


def test_a_plain_field_of_an_item_is_stored_changed_shown_and_documented(acme: Client) -> None:
    item = acme.post("/v1/items", {"sku": "B-1", "name": "Bell", "colour": "red"}).ok()
    path = f"/v1/items/{item['id']}"
    assert acme.get(path).ok()["colour"] == "red"
    assert acme.patch(path, {"colour": "blue"}, etag=1).ok()["colour"] == "blue"
    acme.post("/v1/items/bulk-upsert", {"items": [{"sku": "B-1", "colour": "green"}]}).ok()
    assert acme.get(path).ok()["colour"] == "green"
    assert acme.patch(path, {"colour": None}, etag=3).ok()["colour"] is None
    problem = acme.patch(path, {"colour": "x" * 21}, etag=4).refused(422, "invalid")
    assert problem["errors"][0]["pointer"] == "/colour"
    assert "colour" in specification(acme.world)["components"]["schemas"]["Item"]["properties"]
