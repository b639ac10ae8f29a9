"""Dated versions of the API: who is answered in which, and how the forms of older ones are kept."""

import json
import uuid
from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest

from chalicelib.access import access_state
from chalicelib.edge.versions import forms, history
from chalicelib.edge.versions.change import Change, Conversion, Version, renamed
from chalicelib.edge.versions.exchange import HEADER
from chalicelib.events import schemas as events
from chalicelib.identity.tenants import tables
from chalicelib.inventory.stock.errors import InsufficientStock
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.dynamo.store import Ref
from chalicelib.kernel.tenant import Tenant
from tests import factories
from tests.identity.people import founded, manage
from tests.world import Client, Reply, World

OLDEST = history.VERSIONS[0].name
NEWEST = history.newest()
NEXT = Version(
    date(2026, 11, 27),
    changes=(
        Change(
            "`code` of an item is called `sku`.",
            "Use `sku`.",
            types={
                name: renamed(sku="code")
                for name in ("NewItem", "Item", "ItemRow", "NewSalesOrderLine", "StockShortage")
            },
            feed={"item": {"category": "group"}},
        ),
        Change("The rows of a bulk upsert are called `items`.", "Use `items`.", {"BulkUpsert": renamed(items="rows")}),
        Change(
            "`asked` of a shortage is called `wanted`.", "Use `wanted`.", {"StockShortage": renamed(wanted="asked")}
        ),
    ),
)
"""A version as it may come next: what is the newest form now is then an older one's successor."""


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> str:
    """The version before NEXT, when NEXT is the newest."""
    before = Version(date(2026, 11, 26), history.VERSIONS[-1].changes, sunset=date(2027, 12, 1))
    monkeypatch.setattr(history, "VERSIONS", (*history.VERSIONS[:-1], before, NEXT))
    monkeypatch.setattr("tests.listed.check", lambda *_: None)  # the specification is of the real versions
    return before.name


def asked(client: Client, path: str, version: str | None = None) -> Reply:
    return client.get(path, **({HEADER: version} if version else {}))


def sent(client: Client, path: str, body: object, version: str, key: str = "") -> Reply:
    headers = {HEADER: version, "Idempotency-Key": key or uuid.uuid4().hex}
    return client.call("POST", path, body, headers)


def unpinned(world: World) -> Client:
    """A client of a tenant that was made before there were versions."""
    client = world.tenant()
    tenant = Tenant(client.tenant)
    for row in (access_state.tenant_ref(tenant), Ref(tables.Tenant, tenant.key(), tables.ID)):
        assert store.write(store.update(row, [row.model.api_version.remove()]))
    access_state.forget()
    return client


def order(client: Client) -> str:
    """The path of an order with a shipment."""
    shop = factories.shop(client)
    confirmed = shop.confirmed((shop.item(on_hand=5)["id"], 2))
    client.post("/v1/shipments", {"order_id": confirmed["id"]}).ok()
    return f"/v1/sales-orders/{confirmed['id']}"


def test_an_order_shows_the_ids_of_its_shipments_by_their_name_in_the_version_that_is_asked_for(acme: Client) -> None:
    path = order(acme)
    now, before = asked(acme, path, NEWEST), asked(acme, path, OLDEST)
    (shipment,) = now.ok()["shipment_ids"]
    assert before.ok()["shipments"] == [shipment]
    assert "shipments" not in now.json and "shipment_ids" not in before.json
    assert list(before.json) == ["shipments" if name == "shipment_ids" else name for name in now.json]
    assert (now.header(HEADER), before.header(HEADER)) == (NEWEST, OLDEST)
    assert "Novex-Version" in now.header("vary").split(", ")


def test_without_the_header_the_tenant_is_answered_in_the_version_that_it_has_pinned(world: World) -> None:
    _, admin = founded(world)
    path = order(admin)
    tenant = admin.get("/v1/tenant").ok()
    assert tenant["api_version"] == NEWEST
    assert "shipment_ids" in admin.get(path).ok()
    changed = admin.patch("/v1/tenant", {"api_version": OLDEST}, etag=tenant["version"])
    assert changed.ok()["api_version"] == OLDEST
    access_state.forget()
    reply = admin.get(path)
    assert (reply.header(HEADER), "shipments" in reply.ok()) == (OLDEST, True)
    assert "shipment_ids" in asked(admin, path, NEWEST).ok()
    assert admin.get("/v1/tenant").ok()["api_version"] == OLDEST


def test_a_version_that_is_not_supported_is_refused_with_those_that_are(acme: Client) -> None:
    for named in ("2026-11-02", "newest", "", "1"):
        reply = acme.call("GET", "/v1/items", headers={HEADER: named})
        problem = reply.refused(400, "unknown_version")
        assert problem["supported"] == [OLDEST, NEWEST]
        assert problem["errors"][0]["pointer"] == f"/headers/{HEADER}"
        assert reply.header(HEADER) == NEWEST
    problem = acme.patch("/v1/tenant", {"api_version": "2026-11-02"}, etag=0).refused(422, "invalid")
    assert problem["errors"][0]["code"] == "unknown_version"
    assert f"{OLDEST}, {NEWEST}" in problem["errors"][0]["message"]


def test_only_who_may_change_the_tenant_pins_a_version(acme: Client) -> None:
    reply = acme.as_("sales").patch("/v1/tenant", {"api_version": OLDEST}, etag=0)
    assert (reply.status, reply.header(HEADER)) == (403, NEWEST)


def test_a_tenant_that_was_made_before_there_were_versions_has_the_oldest(world: World) -> None:
    admin = unpinned(world)
    assert admin.get("/v1/tenant").ok()["api_version"] == OLDEST
    reply = admin.get(order(admin))
    assert (reply.header(HEADER), "shipments" in reply.ok()) == (OLDEST, True)
    admin.patch("/v1/tenant", {"name": "Old"}, etag=1).ok()
    assert admin.get("/v1/tenant").ok()["api_version"] == OLDEST
    pinned = admin.patch("/v1/tenant", {"api_version": NEWEST}, etag=2).ok()
    access_state.forget()
    assert (pinned["api_version"], admin.get("/v1/items").header(HEADER)) == (NEWEST, NEWEST)


def test_suspending_and_resuming_a_tenant_keeps_its_version(world: World) -> None:
    firm, admin = founded(world)
    admin.patch("/v1/tenant", {"api_version": OLDEST}, etag=admin.get("/v1/tenant").etag).ok()
    manage("step", tenant=firm.id, step="suspend")
    resumed = manage("step", tenant=firm.id, step="resume")
    assert resumed["tenant"]["api_version"] == OLDEST
    access_state.forget()
    state = access_state._rows([access_state.tenant_ref(access_state.Tenant(firm.id))], fresh=True)[0]
    assert state is not None
    assert (state.api_version, state.is_blocked) == (OLDEST, False)


def test_a_repeated_command_is_answered_in_the_version_of_the_repetition(acme: Client) -> None:
    shop = factories.shop(acme)
    line = {"item_id": shop.item()["id"], "quantity": "1", "unit_price": "1"}
    body = {"warehouse_id": shop.warehouse, "currency": "EUR", "lines": [line]}
    for first, second in ((NEWEST, OLDEST), (OLDEST, NEWEST)):
        key = uuid.uuid4().hex
        made = sent(acme, "/v1/sales-orders", body, first, key)
        again = sent(acme, "/v1/sales-orders", body, second, key)
        assert again.header("idempotent-replayed") == "true"
        assert again.ok()["id"] == made.ok()["id"]
        assert [reply.header(HEADER) for reply in (made, again)] == [first, second]
        for reply in (made, again):
            names = {"shipments", "shipment_ids"} & reply.json.keys()
            assert names == {"shipments" if reply.header(HEADER) == OLDEST else "shipment_ids"}


def test_an_answer_that_was_stored_before_a_version_came_keeps_its_form_and_says_so(
    acme: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = {"sku": f"V-{uuid.uuid4().hex[:8]}", "name": "n"}
    first = sent(acme, "/v1/items", body, NEWEST, "one").ok()
    monkeypatch.setattr(history, "VERSIONS", (*history.VERSIONS, NEXT))
    again = sent(acme, "/v1/items", body, NEXT.name, "one")
    assert (again.ok(), again.header(HEADER)) == (first, NEWEST)
    assert again.header("idempotent-replayed") == "true"


def test_a_body_of_an_older_version_is_understood_and_answered_in_that_version(acme: Client, later: str) -> None:
    code = f"V-{uuid.uuid4().hex[:8]}"
    made = sent(acme, "/v1/items", {"code": code, "name": "n"}, later)
    assert (made.ok()["code"], "sku" in made.json, made.status) == (code, False, 201)
    path = f"/v1/items/{made.json['id']}"
    assert asked(acme, path, NEXT.name).ok()["sku"] == code
    page = asked(acme, f"/v1/items?sku={code}", later).ok()["data"]
    assert [entry["code"] for entry in page] == [code]
    rows = sent(acme, "/v1/items/bulk-upsert", {"rows": [{"code": code, "name": "m"}]}, later)
    assert rows.ok()["updated"] == 1


def test_a_wrong_body_of_an_older_version_is_refused_with_the_names_of_that_version(acme: Client, later: str) -> None:
    def pointers(path: str, body: object, version: str) -> list[str]:
        return [each["pointer"] for each in sent(acme, path, body, version).refused(422, "invalid")["errors"]]

    assert pointers("/v1/items", {"code": 1, "name": "n"}, later) == ["/code"]
    assert pointers("/v1/items", {"sku": 1, "name": "n"}, NEXT.name) == ["/sku"]
    assert pointers("/v1/items", {"name": "n"}, later) == ["/code"]
    assert pointers("/v1/items", {"code": "A", "sku": "B", "name": "n"}, later) == ["/code"]
    both = {"rows": [{"code": 1, "name": "n"}, {"code": "", "name": "n"}], "on_error": "all_or_nothing"}
    assert pointers("/v1/items/bulk-upsert", both, later) == ["/rows/0/code", "/rows/1/code"]
    for raw in (b'{"code": 1e999, "name": "n"}', b'{"code": "a", "code": "b"}', b"{"):
        reply = acme.call("POST", "/v1/items", raw, {HEADER: later, "Idempotency-Key": "x"})
        assert reply.status == 400, raw
    reply = acme.call("POST", "/v1/items", b"{", {HEADER: later, "Idempotency-Key": "x", "Content-Type": "text/plain"})
    reply.refused(415, "unsupported_media_type")


def test_the_members_of_a_problem_have_the_form_of_the_version(acme: Client, later: str) -> None:
    assert "shortages" in InsufficientStock.extra
    shop = factories.shop(acme)
    item = shop.item(on_hand=1)
    made = shop.order((item["id"], 5))
    path = f"/v1/sales-orders/{made['id']}/confirm"
    headers = {"Idempotency-Key": "c", "If-Match": '"1"', HEADER: later}
    problem = acme.call("POST", path, {"reservation": "full"}, headers).refused(409, "insufficient_stock")
    assert [each["asked"] for each in problem["shortages"]] == ["5"]
    headers |= {HEADER: NEXT.name}
    problem = acme.call("POST", path, {"reservation": "full"}, headers).refused(409, "insufficient_stock")
    assert [each["wanted"] for each in problem["shortages"]] == ["5"]


def test_the_feed_and_the_audit_trail_name_fields_as_the_version_does(acme: Client, later: str) -> None:
    item = factories.shop(acme).item()
    acme.patch(f"/v1/items/{item['id']}", {"category": "Bells"}, etag=1).ok()
    acme.world.settle()
    for path in ("/v1/changes", "/v1/audit"):
        named = {}
        for version in (later, NEXT.name):
            data = asked(acme, path, version).ok()["data"]
            named[version] = [each["fields"] for each in data if each["event"] == "item.updated"]
        assert named == {later: [["group"]], NEXT.name: [["category"]]}, path


def test_an_order_s_shipments_have_the_names_of_the_version_in_the_feed_whatever_they_are_stored_as() -> None:
    from chalicelib.sales.orders.tables import SalesOrder

    names = SalesOrder.changed_names({}, {"shipments": {"S": '["shp_1"]'}, "version": {"N": "2"}, "gone": {"S": "x"}})
    assert names == ["shipment_ids"]
    entry = {"entity": "sales_order", "fields": [*names, "status"]}
    assert forms.older(events.Change, entry, OLDEST, NEWEST)["fields"] == ["shipments", "status"]
    assert forms.older(events.Change, {**entry, "entity": "user"}, OLDEST, NEWEST)["fields"] == entry["fields"]


def test_some_fields_only_are_asked_for_by_their_names_in_the_version(acme: Client, later: str) -> None:
    path = order(acme)
    for version, name in ((OLDEST, "shipments"), (NEXT.name, "shipment_ids")):
        found = asked(acme, f"{path}?fields={name},status", version).ok()
        assert found.keys() == {"id", name, "status"}
    assert asked(acme, f"{path}?fields=shipments", NEXT.name).refused(400, "bad_request")
    page = asked(acme, "/v1/items?fields=code&limit=1", later).ok()["data"]
    assert [entry.keys() for entry in page] == [{"id", "code"}]
    asked(acme, "/v1/audit?fields=fields,event", later).ok()


def test_each_form_of_a_document_has_a_tag_of_its_own_and_all_serve_for_a_change(acme: Client) -> None:
    path = order(acme)
    now, before = asked(acme, path, NEWEST), asked(acme, path, OLDEST)
    assert now.etag != before.etag
    for version, tag, status in ((NEWEST, now.etag, 304), (OLDEST, before.etag, 304), (OLDEST, now.etag, 200)):
        reply = acme.call("GET", path, headers={HEADER: version, "If-None-Match": tag})
        assert (reply.status, reply.header(HEADER)) == (status, version)
    assert asked(acme, "/v1/tenant", NEWEST).etag == asked(acme, "/v1/tenant", OLDEST).etag, "it has one form"
    changed = acme.patch(path, {"note": "x"}, etag=before.etag)
    assert changed.status == 200


def test_the_specification_of_each_version_is_served(world: World) -> None:
    anonymous = world.anonymous()
    now, before = (asked(anonymous, "/openapi.json", version) for version in (NEWEST, OLDEST))
    assert anonymous.get("/openapi.json").ok() == now.ok()
    assert [reply.ok()["info"]["x-version"] for reply in (now, before)] == [NEWEST, OLDEST]
    assert (now.header(HEADER), before.header(HEADER)) == (NEWEST, OLDEST)
    new, old = (reply.json["components"]["schemas"]["SalesOrder"] for reply in (now, before))
    assert "shipments" not in new["properties"]
    assert "shipment_ids" in new["required"]
    assert "shipments" in old["required"]
    for reply, name in ((now, "shipment_ids"), (before, "shipments")):
        parameters = reply.json["paths"]["/v1/sales-orders/{order_id}"]["get"]["parameters"]
        (fields,) = (each["schema"]["items"]["enum"] for each in parameters if each["name"] == "fields")
        assert {"shipment_ids", "shipments"} & set(fields) == {name}
    said = old["properties"]["shipments"]
    assert (said["deprecated"], said["x-deprecated-since"], said["x-sunset"]) == (True, NEWEST, "2027-12-01")
    assert "shipments" in before.json["x-events"]["sales_order.updated"]["fields"]
    assert "shipment_ids" in now.json["x-events"]["sales_order.updated"]["fields"]
    asked(anonymous, "/openapi.json", "2026-11-02").refused(400, "unknown_version")


def test_the_examples_of_an_older_specification_have_its_form(later: str) -> None:
    from chalicelib.edge import index

    document = json.loads(index.made_document(later))
    media = document["paths"]["/v1/items"]["post"]["requestBody"]["content"]["application/json"]
    assert "code" in media["example"] and "sku" not in media["example"]


def test_a_version_that_has_ended_is_refused_by_name_and_a_pin_falls_to_the_oldest_that_is_left(
    acme: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = (Version(date(2020, 1, 1), sunset=date(2022, 1, 1)), Version(date(2020, 6, 1), sunset=date(2023, 1, 1)))
    monkeypatch.setattr(history, "VERSIONS", (*ended, *history.VERSIONS))
    problem = asked(acme, "/v1/items", "2020-01-01").refused(400, "unknown_version")
    assert problem["supported"] == [OLDEST, NEWEST]
    now = datetime(2026, 11, 27, tzinfo=UTC)
    assert [history.in_force(pin, now) for pin in ("2020-01-01", None, OLDEST, NEWEST)] == [
        OLDEST,
        OLDEST,
        OLDEST,
        NEWEST,
    ]


def test_a_version_ends_at_the_beginning_of_its_day_and_the_newest_never() -> None:
    before, after = datetime(2027, 11, 30, 23, 59, 59, tzinfo=UTC), datetime(2027, 12, 1, tzinfo=UTC)
    assert history.supported(before) == [OLDEST, NEWEST]
    assert history.supported(after) == [NEWEST]


def test_the_versions_are_in_order_and_each_older_one_has_a_year_of_notice() -> None:
    names = [version.name for version in history.VERSIONS]
    assert names == sorted(set(names))
    assert history.VERSIONS[-1].sunset is None
    assert history.VERSIONS[0].changes == ()
    for version in history.VERSIONS[:-1]:
        ending = history.deprecation(version.name)  # which refuses a notice that is too short
        assert ending is not None
        assert ending.sunset is not None
    for version in history.VERSIONS[1:]:
        assert version.changes, "a version without an incompatible change is none"
        for change in version.changes:
            assert change.summary.endswith(".") and change.instead.endswith(".")


def steps(*versions: Version) -> Sequence[Version]:
    return (Version(date(2026, 1, 1), sunset=date(2028, 1, 1)), *versions)


def test_several_changes_are_taken_back_in_order_at_every_depth(monkeypatch: pytest.MonkeyPatch) -> None:
    """`StockShortage` lies in a list of the problem's members; its fields are renamed, split and renamed again."""
    from chalicelib.inventory.stock.errors import StockShortage

    split = Conversion(
        older=lambda value: {**{k: v for k, v in value.items() if k not in ("a", "b")}, "ab": value["a"] + value["b"]},
        newer=lambda value: {**{k: v for k, v in value.items() if k != "ab"}, "a": value["ab"][0], "b": value["ab"][1]},
    )
    changes = [
        Change("s.", "i.", {"StockShortage": renamed(ab="first_name")}),
        Change("s.", "i.", {"StockShortage": split}),
        Change("s.", "i.", {"StockShortage": renamed(sku="b")}),
    ]
    versions = [Version(date(2026, month + 2, 1), (change,)) for month, change in enumerate(changes)]
    monkeypatch.setattr(history, "VERSIONS", steps(*versions))
    value = [{"a": "x", "sku": "y"}]
    older = forms.older(list[StockShortage], value, "2026-01-01", history.newest())
    assert older == [{"first_name": "xy"}]
    assert forms.newest(list[StockShortage], older, "2026-01-01") == value
    assert forms.older(list[StockShortage], value, "2026-03-01", history.newest()) == [{"a": "x", "b": "y"}]
    assert value == [{"a": "x", "sku": "y"}]
