"""The changelog tells what the versions and the deprecations declare."""

import json
from datetime import date
from typing import Annotated, Any

import msgspec
import pytest

from chalicelib.catalog.items.schemas import ItemQuery, NewItem
from chalicelib.edge import openapi
from chalicelib.edge.changelog import service
from chalicelib.edge.declaration import Endpoint
from chalicelib.edge.versions import history
from chalicelib.edge.versions.change import Change, Conversion, Version
from chalicelib.kernel.deprecation import Deprecation, deprecated
from tests.contract.operations import endpoints
from tests.world import Client, World

_OLD = deprecated(date(2026, 12, 1), sunset=date(2028, 1, 1), instead="Use `category`.")


class OldItem(NewItem, frozen=True, forbid_unknown_fields=True, kw_only=True):
    colour: Annotated[str | None, _OLD] = None


class OldQuery(ItemQuery, frozen=True, kw_only=True):
    tint: Annotated[str | None, _OLD] = None


def test_whoever_is_logged_in_reads_the_changes_newest_first(acme: Client) -> None:
    acme.world.anonymous().get("/v1/changelog").refused(401, "unauthorized")
    data = acme.as_().get("/v1/changelog").ok()["data"]
    assert [entry["since"] for entry in data] == sorted((entry["since"] for entry in data), reverse=True)
    renamed = next(entry for entry in data if entry["fields"] == ["SalesOrder.shipment_ids"])
    assert renamed.items() >= {"kind": "change", "version": "2026-11-26", "sunset": "2027-12-01"}.items()
    assert {"read_sales_order", "create_sales_order", "list_changes"} <= set(renamed["operations"])
    assert "list_sales_orders" not in renamed["operations"], "a summary has no shipments"
    assert "shipment_ids" in renamed["instead"]


def test_every_declared_change_is_in_it(world: World) -> None:
    told = [(entry.version, entry.summary) for entry in service.current().data if entry.version]
    declared = [(version.name, change.summary) for version in history.VERSIONS for change in version.changes]
    assert sorted(told) == sorted(declared)


def changed(endpoint: Endpoint, **options: Any) -> Endpoint:
    values = {name: getattr(endpoint, name) for name in Endpoint.__dataclass_fields__}
    return Endpoint(**{**values, **options})


def test_deprecated_operations_parameters_and_fields_are_in_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    ending = Deprecation(date(2026, 12, 2), None, "Use GET /v1/things.")
    declared = {
        **endpoints(),
        "list_items": changed(endpoints()["list_items"], deprecated=ending, query=OldQuery),
        "create_item": changed(endpoints()["create_item"], body=OldItem),
    }
    whole = Version(date(2026, 12, 3), (Change("Money is new.", "Read it.", {"Money": Conversion()}),))
    monkeypatch.setattr(history, "VERSIONS", (*history.VERSIONS, whole))
    log = service.of(json.loads(msgspec.json.encode(openapi.document(list(declared.values())))))
    told = [msgspec.to_builtins(entry) for entry in log.data][:4]
    assert [(entry["summary"], entry["since"], entry["sunset"]) for entry in told] == [
        ("Money is new.", "2026-12-03", None),
        ("`list_items` is deprecated.", "2026-12-02", None),
        ("`tint` of `list_items` is deprecated.", "2026-12-01", "2028-01-01"),
        ("`colour` of `OldItem` is deprecated.", "2026-12-01", "2028-01-01"),
    ]
    assert [entry["fields"] for entry in told] == [["Money"], [], ["tint"], ["OldItem.colour"]]
    assert {"create_item", "read_item"} <= set(told[0]["operations"])
    assert [entry["operations"] for entry in told[1:]] == [["list_items"], ["list_items"], ["create_item"]]
    assert [entry["instead"] for entry in told[1:]] == ["Use GET /v1/things.", "Use `category`.", "Use `category`."]
