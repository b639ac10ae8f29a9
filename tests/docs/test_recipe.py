"""The recipe of docs/architecture.md: its files are written, mounted and called."""

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs import pages
from tests.world import Client, World

PAGE = "docs/architecture.md"


@pytest.fixture
def brands(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """A tenant's administrator, at a gateway that serves nothing but the recipe."""
    import chalicelib.catalog
    from chalicelib.access import permissions
    from chalicelib.access.authorizer import authorize
    from chalicelib.edge.api import Api
    from chalicelib.kernel.dynamo import client
    from chalicelib.kernel.dynamo.schema import create_table_request
    from infra.local.gateway import Gateway

    for source in pages.fences(PAGE, "python"):
        name, _, text = source.partition("\n")
        if name.startswith("# "):
            path = tmp_path / name.removeprefix("# ")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        else:
            monkeypatch.setattr(
                permissions, "PERMISSIONS", {**permissions.PERMISSIONS, **eval(f"{{{source}}}", vars(permissions))}
            )
    (tmp_path / "chalicelib/catalog/brands/__init__.py").touch()
    monkeypatch.setattr(
        chalicelib.catalog, "__path__", [*chalicelib.catalog.__path__, str(tmp_path / "chalicelib/catalog")]
    )
    routes = importlib.import_module("chalicelib.catalog.brands.routes").routes
    tables = importlib.import_module("chalicelib.catalog.brands.tables")
    client.dynamodb().create_table(**create_table_request(tables.Brand))
    here = World(world.engine, world.aws, world.issuer, Gateway(Api("recipe", [routes], authorize)))
    yield here.tenant()
    for name in [name for name in sys.modules if name.startswith("chalicelib.catalog.brands")]:
        del sys.modules[name]


def test_the_recipe_makes_a_resource_that_keeps_every_convention(brands: Client) -> None:
    created = brands.post("/v1/brands", {"name": "Berg"}, key="one")
    brand = created.ok()
    path = created.header("location")
    assert (created.status, created.etag, path) == (201, '"1"', f"/v1/brands/{brand['id']}")
    assert brands.post("/v1/brands", {"name": "Berg"}, key="one").header("idempotent-replayed") == "true"
    problem = brands.post("/v1/brands", {"name": "BERG"}).refused(409, "already_exists")
    assert problem["errors"][0]["pointer"] == "/name"
    assert brands.post("/v1/brands", {"title": "x"}).refused(422, "invalid")["errors"][0]["pointer"] == "/name"
    assert brands.patch(path, {"name": "Tal"}, etag=1).ok()["name"] == "Tal"
    brands.patch(path, {"name": "Tal"}, etag=1).refused(412, "precondition_failed")
    assert brands.get(path).ok()["version"] == 2
    assert [entry["name"] for entry in brands.get("/v1/brands").ok()["data"]] == ["Tal"]
    assert brands.world.tenant().get(path).status == 404
    brands.as_("analyst").post("/v1/brands", {"name": "Nordwind"}).refused(403, "forbidden")
