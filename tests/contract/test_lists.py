"""Pages, limits and cursors of every list."""

import pytest

from tests.contract.asking import is_problem, required_query
from tests.contract.operations import Operation
from tests.contract.sample_tenant import SampleTenant
from tests.world import Client, World


def lists(routes: list[Operation]) -> list[Operation]:
    """Every list that is read page by page."""
    found = [operation for operation in routes if "cursor" in operation.query]
    assert len(found) > 10
    return found


@pytest.mark.parametrize("limit", ["0", "101", "-1", "1.5", "x", "", "%EF%BC%99"])
def test_every_list_bounds_its_limit(ours: SampleTenant, routes: list[Operation], limit: str) -> None:
    for operation in routes:
        if "limit" in operation.query:
            path = required_query(operation, ours)
            reply = ours.client.get(f"{path}{'&' if '?' in path else '?'}limit={limit}")
            problem = is_problem(reply, 400, "bad_request")
            assert [error["pointer"] for error in problem["errors"]] == ["/query/limit"], operation.name


def test_a_page_has_25_documents_by_default_and_100_at_most(acme: Client) -> None:
    for batch in range(2):
        items = [{"sku": f"P-{batch}-{number}", "name": "n"} for number in range(55)]
        acme.post("/v1/items/bulk-upsert", {"items": items}).ok()
    assert len(acme.get("/v1/items").ok()["data"]) == 25
    page = acme.get("/v1/items?limit=100").ok()
    assert (len(page["data"]), page["next_cursor"] is None) == (100, False)


@pytest.mark.parametrize("cursor", ["x", "%00", "AAAA", "é", "a" * 2001, "====", ""])
def test_every_list_refuses_a_cursor_that_it_did_not_give(
    ours: SampleTenant, routes: list[Operation], cursor: str
) -> None:
    for operation in lists(routes):
        path = required_query(operation, ours)
        reply = ours.client.get(f"{path}{'&' if '?' in path else '?'}cursor={cursor}")
        problem = is_problem(reply, 400, "bad_request")
        assert [error["pointer"] for error in problem["errors"]] == ["/query/cursor"], operation.name


def paged(acme: Client) -> str:
    """A cursor of the list of items."""
    for number in range(3):
        acme.post("/v1/items", {"sku": f"C-{number}", "name": "n", "category": "c"}).ok()
    return str(acme.get("/v1/items?limit=1").ok()["next_cursor"])


def test_a_cursor_that_was_changed_anywhere_is_refused(acme: Client) -> None:
    cursor = paged(acme)
    assert acme.get(f"/v1/items?cursor={cursor}").status == 200
    for place, letter in enumerate(cursor):
        other = "A" if letter != "A" else "B"
        reply = acme.get(f"/v1/items?cursor={cursor[:place]}{other}{cursor[place + 1 :]}")
        assert reply.status == 400, place
        assert acme.get(f"/v1/items?cursor={cursor[:place]}").status == 400, place
    for respelled in (cursor + "=", cursor + "A", f"{cursor[:5]}!{cursor[5:]}", f"{cursor[:5]}%0A{cursor[5:]}"):
        assert acme.get(f"/v1/items?cursor={respelled}").status == 400


def test_a_cursor_fits_only_its_tenant_list_and_filter(acme: Client, world: World) -> None:
    cursor = paged(acme)
    is_problem(world.tenant().get(f"/v1/items?cursor={cursor}"), 400, "bad_request")
    is_problem(acme.get(f"/v1/items?category=c&cursor={cursor}"), 400, "bad_request")
    is_problem(acme.get(f"/v1/customers?cursor={cursor}"), 400, "bad_request")
    is_problem(acme.get(f"/v1/warehouses?cursor={cursor}"), 400, "bad_request")
    assert len(acme.get(f"/v1/items?limit=2&cursor={cursor}").ok()["data"]) == 2


def test_a_cursor_ends_after_a_week(acme: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    cursor = paged(acme)
    monkeypatch.setattr("chalicelib.kernel.cursors.CURSOR_DAYS", -1)
    expired = str(acme.get("/v1/items?limit=1").ok()["next_cursor"])
    assert acme.get(f"/v1/items?cursor={cursor}").status == 200
    is_problem(acme.get(f"/v1/items?cursor={expired}"), 400, "bad_request")
