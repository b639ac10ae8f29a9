"""A user who is limited to warehouses: what lies in others never was.

Generated over every route, as test_isolation.py is for tenants: an id of another warehouse in path, body, query and
filter gets byte for byte what an id gets that never belonged to anybody.
"""

import base64
import json
import re
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from chalicelib.access.roles import Role
from chalicelib.access.scope import Scope
from chalicelib.kernel import visibility
from tests.contract import access_states
from tests.contract import sites as building
from tests.contract.access_states import limited
from tests.contract.asking import ask, body_for, is_problem, required
from tests.contract.naming import id_leaves, id_queries, known_as, told
from tests.contract.operations import Operation, put
from tests.contract.sample_tenant import never
from tests.contract.sites import PLACED, Sites
from tests.world import Client, World

WHOLE = {
    "create_warehouse",  # who is limited to warehouses makes no others
    *("archive_item", "restore_item"),  # block and open its stock everywhere
    *("check_stock", "check_search"),
    *("read_import_template", "create_import", "list_imports", "read_import", "start_import", "cancel_import"),
    *("list_import_rows", "create_export", "list_exports", "read_export"),  # files have all documents of a kind
    *("list_changes", "list_parked_changes", "list_audit", "verify_audit", "list_access_log", "list_disclosures"),
    *("connect_shop", "list_connections", "read_connection", "update_connection", "disconnect_shop"),
    *("verify_connection", "rotate_connection_secret", "drop_old_connection_secret"),
    *("list_deliveries", "read_delivery", "retry_delivery", "dismiss_delivery"),
    *("list_retention_runs", "list_retention_rules"),
    *("search_person", "list_person_searches", "read_person_search", "list_findings"),
    *("include_finding", "exclude_finding"),
    *("repeat_person_search", "preview_erasure", "erase_person", "pack_person_data", "fetch_person_data"),
    *("read_data_map", "read_data_map_as_csv", "read_processing_record", "read_processing_record_as_page"),
    *("read_impact_assessment", "read_impact_assessment_as_page"),
    *("record_breach", "list_breaches", "read_breach", "update_breach", "assess_breach", "notify_breach"),
    *("list_breach_notifications", "close_breach", "reopen_breach"),
    *("read_breach_register", "read_breach_register_csv"),
    *("object_to_processor", "list_processor_objections", "accept_processor_terms", "list_privacy_signals"),
    *("list_retention_runs", "list_retention_rules", "list_policy_acceptances"),
    *("create_privacy_request", "list_privacy_requests", "read_privacy_request", "update_privacy_request"),
    *("acknowledge_privacy_request", "send_privacy_request_code", "verify_privacy_request_code"),
    *("record_privacy_request_identity", "ask_privacy_request_clarification", "clarify_privacy_request"),
    *("hold_privacy_request", "release_privacy_request", "decide_privacy_request", "extend_privacy_request"),
    *("withdraw_privacy_request", "cancel_privacy_request", "mark_privacy_request_duplicate"),
    *("appeal_privacy_request", "retry_privacy_request", "close_privacy_request", "link_privacy_form"),
    *("deliver_privacy_request", "record_privacy_request_recipient"),
    *("read_restricted_party", "restrict_party_uses"),
    *("list_users", "read_user", "invite_user", "invite_user_again", "update_user", "limit_user"),
    *("enable_user", "disable_user", "remove_user", "update_tenant", "set_sandbox_clock"),
    *("close_stock_period", "reopen_stock_period"),
}
"""Reviewed: what is refused to limited callers."""
FREE = {
    *("create_tax_code", "list_tax_codes", "read_tax_code", "update_tax_code"),
    *("archive_tax_code", "restore_tax_code", "bulk_upsert_tax_codes"),
    *("create_price_list", "list_price_lists", "read_price_list", "update_price_list"),
    *("archive_price_list", "restore_price_list"),
    *("list_prices", "set_prices", "bulk_set_prices", "preview_prices"),
    *("create_item", "list_items", "read_item", "update_item", "bulk_upsert_items", "phase_out_item"),
    *("create_custom_field", "list_custom_fields", "read_custom_field", "update_custom_field"),
    *("archive_custom_field", "restore_custom_field"),
    *("create_item_template", "list_item_templates", "read_item_template", "update_item_template"),
    *("archive_item_template", "restore_item_template", "make_variants"),
    *("create_customer", "list_customers", "read_customer", "update_customer", "archive_customer", "restore_customer"),
    "read_customer_credit",
    *("merge_customer", "unmerge_customer", "make_vendor_customer", "bulk_upsert_customers"),
    *("find_duplicates_of_customer", "find_duplicates_of_new_customer"),
    *("create_vendor", "list_vendors", "read_vendor", "update_vendor", "archive_vendor", "restore_vendor"),
    *("merge_vendor", "unmerge_vendor", "make_customer_vendor", "bulk_upsert_vendors"),
    *("find_duplicates_of_vendor", "find_duplicates_of_new_vendor"),
    *("list_customer_items", "set_customer_item"),
    *("create_vendor_item", "list_items_of_vendor", "list_vendor_items", "preview_vendor_items", "read_vendor_item"),
    *("update_vendor_item", "archive_vendor_item", "restore_vendor_item"),
    *("read_processors", "read_processor_terms"),
    *("create_own_privacy_request", "list_own_privacy_requests", "read_own_privacy_request", "confirm_own_login"),
    *("send_own_code", "verify_own_code", "withdraw_own_privacy_request", "appeal_own_privacy_request"),
    "fetch_own_privacy_package",
    *("read_me", "log_in", "read_tenant", "read_changelog", "read_limits", "read_sandbox_clock", "read_stock_period"),
    *("read_policy", "list_policy_versions", "read_policy_acceptance", "accept_policy"),
}
"""Reviewed: what has nothing to do with warehouses. All others are cut, and tested below one by one."""
OF_THE_CALLER = {
    *("list_own_privacy_requests", "read_own_privacy_request", "confirm_own_login", "send_own_code"),
    *("verify_own_code", "withdraw_own_privacy_request", "appeal_own_privacy_request", "fetch_own_privacy_package"),
}
"""Of those: what shows and changes nothing but what the caller himself has made."""
GOES_BEYOND = "This goes beyond the warehouses that you are limited to."


@pytest.fixture(scope="module")
def sites(world: World) -> Sites:
    return building.made(world)


def of_scope(routes: list[Operation], *scopes: Scope) -> list[Operation]:
    return [each for each in routes if not each.endpoint.is_public and each.endpoint.scope in scopes]


def test_somebody_decided_what_each_route_does_about_limited_callers(routes: list[Operation]) -> None:
    assert {operation.name for operation in of_scope(routes, Scope.UNRESTRICTED_ONLY)} == WHOLE
    assert {operation.name for operation in of_scope(routes, Scope.ANY)} == FREE
    assert len(of_scope(routes, Scope.FILTERED)) >= 34
    for operation in routes:
        told_scope = operation.spec.get("x-scope")
        assert told_scope == (None if operation.endpoint.is_public else operation.endpoint.scope), operation.name


@pytest.mark.parametrize("role", [str(role) for role in Role])
def test_what_cannot_be_cut_is_refused_to_limited_callers_of_every_role(
    sites: Sites, routes: list[Operation], role: str
) -> None:
    user = limited(sites.admin, sites.here.ids["warehouse_id"], roles=(role,))
    for operation in of_scope(routes, Scope.UNRESTRICTED_ONLY):
        is_problem(ask(operation, user, filled(operation)), 403, "forbidden")


def filled(operation: Operation) -> str:
    """The path with anything for its parameters."""
    return operation.path(dict.fromkeys(operation.path_names, "x"))


def test_what_cannot_be_cut_is_refused_for_that_reason(sites: Sites, routes: list[Operation]) -> None:
    for operation in of_scope(routes, Scope.UNRESTRICTED_ONLY):
        assert ask(operation, sites.user, filled(operation)).json["detail"] == GOES_BEYOND, operation.name


def test_everything_else_works_for_what_is_his_own(sites: Sites, routes: list[Operation]) -> None:
    for operation in of_scope(routes, Scope.ANY, Scope.FILTERED):
        body = body_for(operation, sites.here)
        if operation.name in OF_THE_CALLER and operation.path_names:
            path = operation.path(dict.fromkeys(operation.path_names, never("prq_")))
            assert ask(operation, sites.user, path, body, '"999999"').status == 404, operation.name
            continue
        path = required(operation, sites.here, sites.here.ids)
        reply = ask(operation, sites.user, path, body, '"999999"')
        is_refused = operation.name in ("cancel_job", "read_sandbox_clock")  # it has ended; the tenant is no sandbox
        requested = {412} if operation.endpoint.change else {409} if is_refused else {200, 201}
        assert reply.status in requested, (operation.name, reply.status, reply.body)


def test_an_id_of_another_warehouse_in_the_path_never_was(sites: Sites, routes: list[Operation]) -> None:
    before, asked = sites.picture(), 0
    for operation, name, foreign in in_paths(sites, routes):
        body = body_for(operation, sites.here)
        etag = sites.admin.get(PLACED[name] + foreign).etag
        answers = [
            told(ask(operation, sites.user, operation.path({name: identifier}), body, etag), identifier)
            for identifier in (foreign, never(foreign))
        ]
        assert answers[0] == answers[1], (operation.name, foreign)
        assert answers[0][0] == 404, (operation.name, foreign)
        asked += 1
    assert asked >= 35
    assert sites.picture() == before


def in_paths(sites: Sites, routes: list[Operation]) -> Iterator[tuple[Operation, str, str]]:
    """Each route that is cut, the parameter of its path, and each foreign id for it."""
    for operation in of_scope(routes, Scope.FILTERED):
        for name in operation.path_names:
            yield from ((operation, name, ids[name]) for ids in sites.strange if name in ids)


def thing_of(path: str) -> str:
    """The path of the thing itself, of a path of something that is done with it."""
    parent, _, last = path.rpartition("/")
    return path if "_" in last else parent


def test_an_id_of_another_warehouse_in_a_body_never_was(sites: Sites, routes: list[Operation]) -> None:
    before, asked = sites.picture(), set()
    for operation in of_scope(routes, Scope.FILTERED):
        etag = sites.user.get(thing_of(operation.path(sites.here.ids))).etag if operation.endpoint.change else ""
        for path in id_leaves(operation):
            for foreign in foreign_ids(sites, known_as(path[-1])):
                answers = []
                for identifier in (foreign, never(foreign)):
                    body = put(body_for(operation, sites.here), path, identifier)
                    reply = ask(operation, sites.user, operation.path(sites.here.ids), body, etag)
                    answers.append(told(reply, identifier))
                assert answers[0] == answers[1], (operation.name, path)
                assert answers[0][0] == 422 and "unknown_" in answers[0][1], (operation.name, path, answers[0])
                asked.add((operation.name, path))
    assert len(asked) >= 9, asked
    assert sites.picture() == before


def foreign_ids(sites: Sites, kind: str) -> list[str]:
    return [ids[kind] for ids in sites.strange if kind in ids]


@pytest.mark.parametrize(("rounds", "read_at_once"), [(4, 200), (1, 1)])
def test_an_id_of_another_warehouse_in_a_query_never_was(
    sites: Sites, routes: list[Operation], rounds: int, read_at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor does a cursor tell of more rows there than are read for a page."""
    monkeypatch.setattr("chalicelib.kernel.lists._MOST_ROUNDS", rounds)
    monkeypatch.setattr("chalicelib.kernel.lists._FILTERED_PAGE", read_at_once)
    asked = set()
    for operation in of_scope(routes, Scope.FILTERED):
        for name in id_queries(operation):
            for foreign in foreign_ids(sites, known_as(name)):
                for size in ("", "1") if "limit" in operation.query else ("",):
                    paths = [asking(operation, sites, name, each, size) for each in (foreign, never(foreign))]
                    answers = [unbound(told(sites.user.get(path), foreign, never(foreign))) for path in paths]
                    assert answers[0] == answers[1], (operation.name, name)
                    for_all = [told(sites.admin.get(path), foreign, never(foreign)) for path in paths]
                    assert for_all[0] != for_all[1], (operation.name, name, "shows nothing to anybody")
                    asked.add((operation.name, name))
    assert len(asked) >= 8, asked


def unbound(answer: tuple[int, str, dict[str, str]]) -> tuple[int, str, dict[str, str]]:
    """The same whatever its cursor is bound to; whether there is one still counts."""
    status, text, headers = answer
    if "Link" in headers:
        headers["Link"] = re.sub(r"=[^&>]+", "=…", headers["Link"])
    return status, re.sub(r'"next_cursor":"[^"]+"', '"next_cursor":"…"', text), headers


def asking(operation: Operation, sites: Sites, name: str, value: str, limit: str) -> str:
    """The path with a value for one parameter; the others name an item of there, which lies there."""
    sku = sites.admin.get(f"/v1/items/{sites.there.ids['item_id']}").ok()["sku"]
    given = {"item_id": sites.there.ids["item_id"], "at": "2099-01-01T00:00:00Z", "skus": sku}
    given |= {"location_id": sites.there.ids["location_id"], "warehouse_id": sites.there.ids["warehouse_id"]}
    requested = {each: given[each] for each, parameter in operation.query.items() if parameter["required"]}
    if operation.name == "list_movements" and name != "document_id":
        requested |= {"item_id": given["item_id"]}
    requested |= (
        {name: value} | ({"limit": limit} if limit else {}) | ({"days": "0"} if "days" in operation.query else {})
    )
    return operation.path(sites.here.ids) + "?" + "&".join(f"{each}={text}" for each, text in requested.items())


def lists(sites: Sites) -> list[str]:
    """Every list and every way to narrow it that can be asked of both warehouses at once."""
    here, there = sites.here.ids, sites.there.ids
    found = ["/v1/warehouses", "/v1/locations", "/v1/locations?status=active", "/v1/jobs", "/v1/jobs?state=done"]
    for orders in ("/v1/sales-orders", "/v1/shipments"):
        month = sites.admin.get(orders).ok()["data"][0]["created_at"][:7]
        status = "confirmed" if orders.endswith("orders") else "draft"
        found += [orders, f"{orders}?open=true", f"{orders}?month={month}", f"{orders}?status={status}"]
    for ids in (here, there):
        found += [f"/v1/sales-orders?customer_id={ids['customer_id']}"]
        item = f"item_id={ids['item_id']}"
        found += [f"/v1/stock?{item}", f"/v1/stock/places?{item}"]
        found += [
            f"/v1/{name}?{item}&warehouse_id={here['warehouse_id']}" for name in ("stock/waiting", "stock/holders")
        ]
        found += [f"/v1/stock/ledger?{item}&{name}={here[name]}" for name in ("location_id", "warehouse_id")]
    found += [
        f"/v1/stock?warehouse_id={here['warehouse_id']}",
        *("/v1/stock/documents", "/v1/stock/documents?kind=receipt", "/v1/arrivals"),
        f"/v1/stock/documents?vendor_id={here['vendor_id']}",
        f"/v1/stock/documents/{here['document_id']}/lines",
        f"/v1/stock/ledger?document_id={here['document_id']}",
        f"/v1/arrivals?item_id={here['item_id']}&warehouse_id={here['warehouse_id']}",
        f"/v1/stock/places?location_id={here['location_id']}",
        *("/v1/reorder-rules", f"/v1/reorder-rules?item_id={here['other_item_id']}"),
        f"/v1/reorder-rules?warehouse_id={here['warehouse_id']}",
        f"/v1/stock/reorder-suggestions?warehouse_id={here['warehouse_id']}",
        f"/v1/reports/stock-as-of?warehouse_id={here['warehouse_id']}&at=2099-01-01T00:00:00Z",
        f"/v1/reports/stock-ageing?warehouse_id={here['warehouse_id']}",
        f"/v1/reports/slow-movers?warehouse_id={here['warehouse_id']}&days=0",
        f"/v1/locations?warehouse_id={here['warehouse_id']}",
    ]
    return [
        *found,
        f"/v1/shipments?order_id={here['order_id']}",
        f"/v1/sales-orders/{here['order_id']}/revisions",
        "/v1/items",
        "/v1/customers",
        "/v1/vendors",
        "/v1/item-templates",
        "/v1/custom-fields",
        *prices(here),
    ]


def prices(here: Mapping[str, str]) -> list[str]:
    """The lists that have nothing to do with warehouses, of what items cost and are called."""
    return [
        *("/v1/tax-codes", "/v1/price-lists", f"/v1/price-lists/{here['price_list_id']}/prices"),
        *("/v1/vendor-items", f"/v1/vendors/{here['vendor_id']}/items", f"/v1/customers/{here['customer_id']}/items"),
    ]


@pytest.mark.parametrize("read_at_once", [200, 2])
def test_every_list_shows_all_of_his_own_and_nothing_else(
    sites: Sites, routes: list[Operation], read_at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chalicelib.kernel.lists._FILTERED_PAGE", read_at_once)
    asked, left_out, foreign, partly = set(), 0, sites.words, sites.partly
    free = {each.endpoint.path for each in of_scope(routes, Scope.ANY)}
    there_customer = sites.there.ids["customer_id"]
    for path in lists(sites):
        everything = pages(sites.admin, path, 100)
        is_free = path in free  # who may sell to all customers sees where each is usually served from
        everything = [in_part(sites, row) if row.get("id") in partly else row for row in everything]
        own = [row for row in everything if is_free or not any(word in json.dumps(row) for word in foreign)]
        left_out += len(everything) - len(own)
        assert own or there_customer in path, path
        for size in (1, 2, 100):
            assert pages(sites.user, path, size) == own, (path, size)
        asked.add(path.partition("?")[0])
    assert left_out > 30
    assert asked == {
        each.path(sites.here.ids)
        for each in of_scope(routes, Scope.FILTERED, Scope.ANY)
        if "cursor" in each.query and each.name not in OF_THE_CALLER
    }


def in_part(sites: Sites, order: dict[str, Any]) -> dict[str, Any]:
    """What somebody sees in a list of an order that lies in another warehouse too."""
    return {**order, "warehouse_id": sites.here.ids["warehouse_id"], "total": None}


def pages(client: Client, path: str, limit: int) -> list[Any]:
    """Every page of a list. What its cursors say is not to be read: they stand where rows are that nobody may see."""
    found, cursor = [], ""
    for _ in range(400):
        page = client.get(f"{path}{'&' if '?' in path else '?'}limit={limit}{cursor}").ok()
        found += page["data"]
        if page["next_cursor"] is None:
            return found
        cursor = f"&cursor={page['next_cursor']}"
        hidden = base64.urlsafe_b64decode(page["next_cursor"] + "==")
        assert client.tenant.encode() not in hidden and not re.search(rb"[a-z]{2,4}_[0-9a-z]{20}", hidden)
    raise AssertionError(f"{path} never ends")


def test_a_cursor_from_before_the_limit_goes_on_with_his_own_only(sites: Sites) -> None:
    user = Client(sites.admin.world, sites.admin.tenant, ("admin",), sub=str(uuid.uuid4()))
    cursor = user.get("/v1/sales-orders?limit=1").ok()["next_cursor"]
    access_states.limit(user, sites.here.ids["warehouse_id"])
    rest = user.get(f"/v1/sales-orders?limit=100&cursor={cursor}").ok()["data"]
    assert {row["warehouse_id"] for row in rest} == {sites.here.ids["warehouse_id"]}


def test_availability_is_summed_over_his_warehouses_only(sites: Sites) -> None:
    here, there = sites.here.ids, sites.there.ids
    for item_id in (here["item_id"], there["item_id"]):
        sku = sites.admin.get(f"/v1/items/{item_id}").ok()["sku"]
        (found,) = sites.user.get(f"/v1/stock/availability?skus={sku}").ok()["data"]
        (for_all,) = sites.admin.get(f"/v1/stock/availability?skus={sku}").ok()["data"]
        places = [row for row in for_all["warehouses"] if row["warehouse_id"] == here["warehouse_id"]]
        assert found["warehouses"] == places != for_all["warehouses"]
        assert float(found["on_hand"]) == sum(float(row["on_hand"]) for row in places) < float(for_all["on_hand"])


def test_a_user_limited_to_both_warehouses_sees_what_lies_across(sites: Sites) -> None:
    both = limited(sites.admin, sites.here.ids["warehouse_id"], sites.there.ids["warehouse_id"])
    for ids in sites.strange:
        for name, identifier in ids.items():
            assert both.get(PLACED[name] + identifier).status == 200, (name, identifier)


def test_a_user_limited_to_no_warehouse_sees_none(sites: Sites) -> None:
    nowhere = limited(sites.admin)
    assert nowhere.get("/v1/warehouses").ok() == {"data": [], "next_cursor": None}
    assert nowhere.get(f"/v1/sales-orders/{sites.here.ids['order_id']}").status == 404
    assert nowhere.get("/v1/items").ok()["data"]


def test_every_table_whose_rows_name_a_place_says_where_they_lie() -> None:
    from chalicelib import modules

    naming = {"warehouse_id", "warehouse_key", "location_id", "order_id"}
    named = {model.__name__ for model in modules.tables() if naming & model.get_attributes().keys()}
    placed = {model.__name__ for model in modules.tables() if visibility.has_visibility(model)}
    of_routes_that_are_refused = {"Connection", "Delivery", "IndexEntry", "Mapping"}
    assert named - placed - of_routes_that_are_refused == set()
    assert placed == {
        *("Warehouse", "Location", "Stock", "Bin", "Movement", "Waiting", "Holder"),
        *("Arrival", "ReorderRule", "StockDocument", "SalesOrder", "Shipment", "Job"),
    }
