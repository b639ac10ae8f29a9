"""External references are unique, and refused where one is given twice, on every kind of document."""

from typing import Any

import pytest

from tests.factories import shop
from tests.world import Client

REF = {"system": "other", "id": "1"}
MORE = {"system": "other", "id": "2"}


def bodies(client: Client) -> dict[str, dict[str, Any]]:
    here = shop(client)
    line = {"item_id": here.item()["id"], "quantity": "1", "unit_price": "1"}
    return {
        "/v1/items": {"sku": "REF-1", "name": "x"},
        "/v1/customers": {"kind": "person", "name": "x"},
        "/v1/warehouses": {"code": "REF", "name": "x"},
        "/v1/sales-orders": {"warehouse_id": here.warehouse, "currency": "EUR", "lines": [line]},
    }


@pytest.mark.parametrize("path", ["/v1/items", "/v1/customers", "/v1/warehouses", "/v1/sales-orders"])
def test_a_reference_given_twice_is_refused_by_its_place(acme: Client, path: str) -> None:
    body = bodies(acme)[path]
    problem = acme.post(path, {**body, "external_refs": [REF, MORE, REF]}).refused(422, "invalid")
    assert [(error["pointer"], error["code"]) for error in problem["errors"]] == [("/external_refs/2", "repeated")]
    made = acme.post(path, {**body, "external_refs": [REF]}).ok()
    place = f"{path}/{made['id']}"
    problem = acme.patch(place, {"external_refs": [MORE, MORE]}, etag=1).refused(422, "invalid")
    assert [(error["pointer"], error["code"]) for error in problem["errors"]] == [("/external_refs/1", "repeated")]
    assert acme.patch(place, {"external_refs": [MORE]}, etag=1).ok()["external_refs"] == [MORE]
