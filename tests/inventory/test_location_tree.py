"""Locations that lie in one another."""

from tests.factories import shop
from tests.world import Client, Reply


def test_locations_lie_in_one_another(acme: Client) -> None:
    here, there = shop(acme), shop(acme)

    def made(code: str, parent: str | None) -> str:
        body = {"warehouse_id": here.warehouse, "code": code, "name": code, "parent_location_id": parent}
        return str(acme.post("/v1/locations", body).ok()["id"])

    def lie_in(parent: str) -> list[str]:
        found = acme.get(f"/v1/locations?warehouse_id={here.warehouse}&parent_location_id={parent}").ok()["data"]
        return sorted(row["id"] for row in found)

    def refused(location: str, parent: str) -> str:
        reply = acme.patch(f"/v1/locations/{location}", {"parent_location_id": parent}, etag=1)
        (error,) = reply.refused(422, "invalid")["errors"]
        assert error["pointer"] == "/parent_location_id"
        return str(error["code"])

    aisle = made("AISLE", None)
    shelf = made("SHELF", aisle)
    box = made("BOX", shelf)
    assert lie_in(aisle) == [shelf]
    assert refused(aisle, aisle) == refused(aisle, box) == "circular"
    assert refused(aisle, there.location) == "other_warehouse"
    assert refused(aisle, "loc_01aaaaaaaaaaaaaaaaaaaaaaaa") == "unknown_location"
    acme.patch(f"/v1/locations/{box}", {"parent_location_id": aisle}, etag=1).ok()
    assert lie_in(aisle) == sorted([shelf, box])
    assert acme.patch(f"/v1/locations/{box}", {"parent_location_id": None}, etag=2).ok()["parent_location_id"] is None
    acme.post(f"/v1/locations/{box}/archive", etag=3).ok()
    assert refused(shelf, box) == "archived_location"


def test_locations_do_not_lie_in_one_another_without_end(acme: Client) -> None:
    here = shop(acme)
    body = {"warehouse_id": here.warehouse, "name": "x"}
    parent = None
    for level in range(9):
        parent = acme.post("/v1/locations", {**body, "code": f"L{level}", "parent_location_id": parent}).ok()["id"]
    (error,) = acme.post("/v1/locations", {**body, "code": "L9", "parent_location_id": parent}).refused(422, "invalid")[
        "errors"
    ]
    assert error["code"] == "too_deep"


def test_a_location_is_archived_after_those_in_it_and_restored_before_them(acme: Client) -> None:
    here = shop(acme)

    def made(code: str, parent: str | None) -> str:
        body = {"warehouse_id": here.warehouse, "code": code, "name": code, "parent_location_id": parent}
        return str(acme.post("/v1/locations", body).ok()["id"])

    def act(location: str, command: str) -> Reply:
        version = acme.get(f"/v1/locations/{location}").ok()["version"]
        return acme.post(f"/v1/locations/{location}/{command}", etag=version)

    aisle = made("AISLE", None)
    shelf, box = made("SHELF", aisle), made("BOX", aisle)
    assert "BOX, SHELF." in act(aisle, "archive").refused(409, "conflict")["detail"]
    act(shelf, "archive").ok()
    assert "this one: BOX." in act(aisle, "archive").refused(409, "conflict")["detail"]
    acme.patch(f"/v1/locations/{box}", {"parent_location_id": None}, etag=1).ok()
    act(aisle, "archive").ok()
    assert "AISLE" in act(shelf, "restore").refused(409, "conflict")["detail"]
    act(aisle, "restore").ok()
    assert act(shelf, "restore").ok()["status"] == "active"
    for number in range(6):
        made(f"N{number}", aisle)
    assert "N0, N1, N2, N3, N4 and 2 more." in act(aisle, "archive").refused(409, "conflict")["detail"]
