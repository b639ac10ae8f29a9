"""What a client may ask of an answer: documents by id, an order, some of the fields, the names of what it refers to."""

import json
import uuid
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.kernel import declaration
from tests.contract.asking import is_problem, required_query
from tests.contract.operations import Operation
from tests.contract.sample_tenant import SampleTenant, never
from tests.factories import shop
from tests.identity.people import Firm
from tests.world import Client, World


def having(routes: list[Operation], parameter: str, at_least: int) -> list[Operation]:
    """The routes with this query parameter."""
    found = [operation for operation in routes if parameter in operation.query]
    assert len(found) >= at_least
    return found


def choices(operation: Operation, parameter: str) -> list[str]:
    """The values of a parameter that is a list."""
    items = operation.query[parameter]["schema"]["items"]
    return list(items.get("enum") or [items["const"]])


def asking(operation: Operation, ours: SampleTenant, query: str) -> str:
    path = operation.path(ours.ids) if operation.path_names else required_query(operation, ours)
    return f"{path}{'&' if '?' in path else '?'}{query}"


def test_every_list_of_documents_reads_several_by_id_in_the_order_asked(
    ours: SampleTenant, theirs: SampleTenant, routes: list[Operation]
) -> None:
    for operation in having(routes, "ids", 9):
        listed = [row["id"] for row in ours.client.get(required_query(operation, ours)).ok()["data"]]
        foreign = [row["id"] for row in theirs.client.get(required_query(operation, theirs)).ok()["data"]]
        asked = [*reversed(listed[:3]), foreign[0], never(listed[0]), "x", "so_", listed[0]]
        page = ours.client.get(f"{operation.endpoint.path}?ids={','.join(asked)}").ok()
        wanted = list(dict.fromkeys([*reversed(listed[:3]), listed[0]]))
        assert ([row["id"] for row in page["data"]], page["next_cursor"]) == (wanted, None), operation.name


@pytest.mark.parametrize("others", ["sort=-created_at", "status=active", "cursor=x"])
def test_ids_are_not_combined_and_at_most_a_hundred(acme: Client, others: str) -> None:
    problem = acme.get(f"/v1/items?ids=itm_1&{others}").refused(400, "bad_request")
    assert problem["errors"][0]["pointer"] == f"/query/{others.partition('=')[0]}"
    is_problem(acme.get(f"/v1/items?ids={','.join('x' * 101)}"), 400, "bad_request")
    is_problem(acme.get("/v1/items?ids="), 400, "bad_request")


def test_every_list_of_documents_goes_both_ways(ours: SampleTenant, routes: list[Operation]) -> None:
    for operation in having(routes, "sort", 9):
        schema = operation.query["sort"]["schema"]
        orders = operation.document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]["enum"]
        for order in (each for each in orders if not each.startswith("-")):
            up, down = (ours.client.get(asking(operation, ours, f"sort={each}")) for each in (order, f"-{order}"))
            found = [[row["id"] for row in each.ok()["data"]] for each in (up, down)]
            assert found[0] == found[1][::-1], (operation.name, order)


def test_every_document_can_be_cut_to_some_fields(ours: SampleTenant, routes: list[Operation]) -> None:
    rows = 0
    for operation in having(routes, "fields", 25):
        names = choices(operation, "fields")
        chosen = [names[-1], names[0]]
        body = ours.client.get(asking(operation, ours, f"fields={','.join(chosen)}")).ok()
        whole = ours.client.get(asking(operation, ours, "")).ok()
        is_list = "cursor" in operation.query
        cut, full = (each["data"] if is_list else [each] for each in (body, whole))
        for row, complete in zip(cut, full, strict=True):
            assert set(row) == {name for name in complete if name in (*chosen, "id")}, operation.name
            rows += 1
    assert rows > 25
    problem = ours.client.get("/v1/items?fields=name,colour").refused(400, "bad_request")
    assert problem["errors"][0]["pointer"] == "/query/fields"


def test_every_answer_names_what_it_refers_to(ours: SampleTenant, routes: list[Operation]) -> None:
    seen = set()
    for operation in having(routes, "include", 20):
        kinds = choices(operation, "include")
        body = ours.client.get(asking(operation, ours, f"include={','.join(kinds)}")).ok()
        text = json.dumps({**body, "included": None})
        for identifier, named in body["included"].items():
            assert f'"{identifier}"' in text, operation.name
            assert named["kind"] in kinds
            assert named["name"]
            seen.add(named["kind"])
        assert "included" not in ours.client.get(asking(operation, ours, "")).ok()
    assert seen | {"user"} == set(declaration.nameables())


def test_a_list_of_orders_shows_customers_and_who_entered_them(world: World) -> None:
    acme = world.tenant()
    firm, place = Firm(world, acme.tenant), shop(acme)
    _, account = firm.join(acme, "ida@example.com", "sales")
    customer = acme.post("/v1/customers", {"kind": "person", "name": "Ada Berg"}).ok()
    order = replace(place, client=firm.login(account)).order((place.item()["id"], 1), customer_id=customer["id"])
    page = acme.get(f"/v1/sales-orders?customer_id={customer['id']}&include=customer,user,warehouse").ok()
    names = {each["kind"]: (identifier, each["name"]) for identifier, each in page["included"].items()}
    assert names["customer"] == (order["customer_id"], "Ada Berg")
    assert names["user"] == (page["data"][0]["created_by"], "Ada")
    assert names["warehouse"][0] == place.warehouse
    lines = acme.get(f"/v1/sales-orders/{order['id']}?include=item&fields=lines").ok()
    assert set(lines) == {"id", "lines", "included"}
    assert lines["included"][lines["lines"][0]["item_id"]]["code"] == lines["lines"][0]["sku"]


def test_names_follow_the_permissions_of_the_caller(acme: Client) -> None:
    place = shop(acme)
    customer = acme.post("/v1/customers", {"kind": "person", "name": "Ada Berg"}).ok()
    place.order((place.item()["id"], 1), customer_id=customer["id"])
    included: Any = acme.as_("purchasing").get("/v1/sales-orders?include=customer,warehouse").ok()["included"]
    assert {each["kind"] for each in included.values()} == {"warehouse"}
    problem = acme.get("/v1/sales-orders?include=supplier").refused(400, "bad_request")
    assert problem["errors"][0]["pointer"] == "/query/include"
    problem = acme.get(f"/v1/stock/receipts?include={uuid.uuid4().hex}").refused(405, "method_not_allowed")
