"""A tenant's things are its own: for everybody else they never were.

Generated over every route: an id of another tenant in path, query, body, cursor and filter gets byte for byte what an
id gets that never belonged to anybody.
"""

import json
import re
import uuid
from typing import Any

from tests.contract.asking import ask, body_for, current_etag, naming_body_for, payload, required, required_query
from tests.contract.naming import id_leaves, id_queries, kind_at, known_as, pages, told, with_limit
from tests.contract.operations import Operation, put
from tests.contract.sample_tenant import SampleTenant, never
from tests.world import Client, World

REFUSALS = {404: {"not_found"}, 422: {"invalid"}}


def test_every_thing_is_found_by_its_own_tenant(theirs: SampleTenant, routes: list[Operation]) -> None:
    for operation in routes:
        if operation.path_names and not operation.endpoint.is_public:
            reply = ask(operation, theirs.client, operation.path(theirs.ids), body_for(operation, theirs), '"999999"')
            requested = {200} if operation.method == "GET" else {412} if operation.endpoint.change else {200, 201, 409}
            assert reply.status in requested, (operation.name, reply.status, reply.body)


def test_an_id_of_another_tenant_in_the_path_never_was(
    theirs: SampleTenant, ours: SampleTenant, routes: list[Operation]
) -> None:
    asked = 0
    for operation in routes:
        if operation.path_names and not operation.endpoint.is_public:
            body = body_for(operation, ours)
            name, *inner = operation.path_names
            within = {each: theirs.ids[each] for each in inner}
            foreign, unknown = theirs.ids[name], never(theirs.ids[name])
            answers = [
                told(ask(operation, ours.client, operation.path({name: identifier, **within}), body), identifier)
                for identifier in (foreign, unknown)
            ]
            assert answers[0] == answers[1], operation.name
            assert answers[0][0] == 404, operation.name
            asked += 1
    assert asked >= 30


def test_an_id_of_another_tenant_in_a_body_never_was(
    theirs: SampleTenant, ours: SampleTenant, routes: list[Operation]
) -> None:
    asked = set()
    for operation in routes:
        for path in id_leaves(operation):
            kind = kind_at(path)
            foreign, unknown = theirs.ids[kind], never(theirs.ids[kind])
            etag = current_etag(operation, ours.client, ours.ids) if operation.endpoint.change else ""
            answers = [
                told(
                    ask(
                        operation,
                        ours.client,
                        operation.path(ours.ids),
                        put(naming_body_for(operation, ours, path), path, i),
                        etag,
                    ),
                    i,
                )
                for i in (foreign, unknown)
            ]
            assert answers[0] == answers[1], (operation.name, path)
            status, text, _ = answers[0]
            assert json.loads(text)["code"] in REFUSALS.get(status, ()), (operation.name, path, text)
            assert status == 404 or "unknown_" in text or "not_found" in text, (operation.name, path, text)
            asked.add((operation.name, path))
    assert len(asked) >= 14


def test_the_bodies_of_these_tests_name_a_thing_wherever_one_can_be_named(
    ours: SampleTenant, routes: list[Operation]
) -> None:
    """Else the test above would look past a place."""
    for operation in routes:
        for path in id_leaves(operation):
            value: Any = naming_body_for(operation, ours, path)
            for step in path:
                value = value[0] if step == "*" else value[step]
            assert value in ours.ids.values(), (operation.name, path)


def test_an_id_of_another_tenant_in_a_query_never_was(
    theirs: SampleTenant, ours: SampleTenant, routes: list[Operation]
) -> None:
    asked = 0
    for operation in routes:
        for name in id_queries(operation):
            foreign, unknown = theirs.ids[known_as(name)], never(theirs.ids[known_as(name)])
            base = required_query(operation, ours)
            base = re.sub(rf"(?<=[?&]){name}=[^&]*&?", "", base).rstrip("?&")
            path = f"{base}{'&' if '?' in base else '?'}{name}="
            answers = [told(ours.client.get(path + identifier), identifier) for identifier in (foreign, unknown)]
            assert answers[0] == answers[1], (operation.name, name)
            asked += 1
    assert asked >= 10


def test_the_values_of_another_tenant_find_nothing(theirs: SampleTenant, ours: SampleTenant) -> None:
    item = theirs.client.get(f"/v1/items/{theirs.ids['item_id']}").ok()
    customer = theirs.client.get(f"/v1/customers/{theirs.ids['customer_id']}").ok()
    ref = customer["external_refs"][0]
    paths = [
        f"/v1/items?sku={item['sku']}",
        f"/v1/items?name_prefix={item['name']}",
        f"/v1/items?category={item['category']}",
        f"/v1/customers?email={customer['contacts'][0]['email']}",
        f"/v1/customers?external_system={ref['system']}&external_id={ref['id']}",
        f"/v1/audit?entity_id={item['id']}",
        f"/v1/audit?actor={item['created_by']}&entity_id={item['id']}",
    ]
    for path in paths:
        assert theirs.client.get(path).ok()["data"], path
        assert ours.client.get(path).ok()["data"] == [], path
    found = ours.client.get(f"/v1/stock/availability?skus={item['sku']}").ok()
    assert found == {"data": [], "unknown": [item["sku"]]}
    line = {"sku": item["sku"], "quantity": "1"}
    body = {"warehouse_id": ours.ids["warehouse_id"], "currency": "EUR", "lines": [line]}
    problem = ours.client.post("/v1/sales-orders", body).refused(422, "invalid")
    assert [error["code"] for error in problem["errors"]] == ["unknown_sku"]


def test_what_must_be_unique_is_so_in_each_tenant_alone(theirs: SampleTenant, world: World) -> None:
    theirs_item = theirs.client.get(f"/v1/items/{theirs.ids['item_id']}").ok()
    same = {name: theirs_item[name] for name in ("sku", "name", "barcodes", "external_refs")}
    assert world.tenant().post("/v1/items", same).status == 201


def test_no_answer_holds_a_word_of_another_tenant(
    theirs: SampleTenant, ours: SampleTenant, routes: list[Operation]
) -> None:
    assert len(theirs.mark.made) > 50
    seen = 0
    for operation in routes:
        for ids in (ours.ids, theirs.ids):
            if operation.endpoint.is_public and operation.path_names:
                continue
            reply = ask(operation, ours.client, required(operation, ours, ids), body_for(operation, ours), '"999999"')
            text = reply.body.decode() + json.dumps(reply.headers)
            assert theirs.mark.found_in(text) == {}, operation.name
            seen += 1
    assert seen > 100


def test_every_list_shows_all_of_its_own_and_nothing_else(
    theirs: SampleTenant, ours: SampleTenant, routes: list[Operation]
) -> None:
    of_the_product = set(ours.ids.values())  # such as the number of a version of the privacy policy
    for operation in routes:
        if "cursor" in operation.query and operation.endpoint.returns is not str:  # tests/privacy/breaches has the CSV
            mine = pages(ours.client, required_query(operation, ours))
            for word in {theirs.client.tenant, *theirs.ids.values()} - of_the_product:
                assert word not in json.dumps(mine), operation.name


def test_a_cursor_of_another_tenant_opens_no_list(
    theirs: SampleTenant, ours: SampleTenant, routes: list[Operation]
) -> None:
    opened = 0
    for operation in routes:
        if "cursor" in operation.query and operation.endpoint.returns is not str:  # tests/privacy/breaches has the CSV
            foreign = theirs.client.get(with_limit(required_query(operation, theirs))).ok()["next_cursor"]
            if foreign is not None:
                path = required_query(operation, ours)
                reply = ours.client.get(f"{path}{'&' if '?' in path else '?'}cursor={foreign}")
                assert reply.refused(400, "bad_request")["errors"][0]["pointer"] == "/query/cursor"
                opened += 1
    assert opened >= 2


def test_a_key_is_worthless_for_another_tenant_and_for_another_user(
    world: World, theirs: SampleTenant, ours: SampleTenant
) -> None:
    key = uuid.uuid4().hex
    body = {"sku": f"KEY-{key[:8]}", "name": "Keyed"}
    first = theirs.client.post("/v1/items", body, key=key)
    assert first.status == 201
    assert theirs.client.post("/v1/items", body, key=key).header("idempotent-replayed") == "true"
    stranger = ours.client.post("/v1/items", body, key=key)
    assert (stranger.status, stranger.header("idempotent-replayed")) == (201, "")
    assert stranger.ok()["id"] != first.ok()["id"]
    colleague = Client(world, theirs.client.tenant, ("admin",), sub=str(uuid.uuid4()))
    assert colleague.post("/v1/items", body, key=key).refused(409, "already_exists")
    weaker = Client(world, theirs.client.tenant, ("analyst",), sub=str(payload(theirs.client.token)["sub"]))
    weaker.post("/v1/items", body, key=key).refused(403, "forbidden")
