"""Orders that lie in several warehouses, for somebody who is limited to one of them."""

import json
from dataclasses import dataclass
from typing import Any

import pytest

from chalicelib.kernel import struct_types
from chalicelib.sales.orders import partial
from chalicelib.sales.orders.line_schemas import SalesOrderLine
from chalicelib.sales.orders.schemas import SalesOrder, SalesOrderSummary
from tests.contract.access_states import limited
from tests.factories import Shop, shop
from tests.world import Client

BONN = {"name": "Ada", "lines": ["Main St 1"], "city": "Bonn", "country": "DE"}
MONEY = {"unit_price", "price_list_id", "price_reason", "discount_percent", "discount_amount"} | {
    *("tax", "tax_amount", "marketplace_tax", "net")
}


@dataclass(frozen=True)
class Across:
    """An order with two lines from here and one from there, and a user of here."""

    here: Shop
    there: Shop
    user: Client
    order: Any
    secrets: tuple[str, ...]

    @property
    def path(self) -> str:
        return f"/v1/sales-orders/{self.order['id']}"

    def is_told(self, text: str) -> bool:
        return any(secret in text for secret in self.secrets)


@pytest.fixture
def across(acme: Client) -> Across:
    here, there = shop(acme), shop(acme)
    mine, other, theirs = here.item(on_hand=9), here.item(on_hand=9), there.item(on_hand=9)
    lines = [
        {"item_id": mine["id"], "quantity": "2", "unit_price": "71.13"},
        {"item_id": theirs["id"], "quantity": "3", "unit_price": "72.17", "warehouse_id": there.warehouse},
        {"item_id": other["id"], "quantity": "4", "unit_price": "73.19"},
    ]
    charges = [{"kind": "shipping", "amount": "79.31"}]
    order = here.confirmed(lines=lines, shipping_address=BONN, charges=charges)
    total = order["totals"]["total"]
    secrets = (there.warehouse, theirs["id"], theirs["sku"], "71.13", "72.17", "73.19", "79.31", total)
    return Across(here, there, limited(acme, here.warehouse), order, secrets)


def test_he_sees_the_lines_of_his_warehouse_and_no_money(acme: Client, across: Across) -> None:
    reply = across.user.get(f"{across.path}?include=warehouse,item")
    shown = reply.ok()
    assert not across.is_told(reply.body.decode())
    assert [(line["line"], line["committed"]) for line in shown["lines"]] == [(1, "2"), (3, "4")]
    assert all(line[name] is None for line in shown["lines"] for name in MONEY)
    assert (shown["totals"], shown["charges"], shown["taxes"], shown["shipment_ids"]) == (None, [], [], [])
    assert (shown["warehouse_id"], shown["shipping_address"]["city"]) == (across.here.warehouse, "Bonn")
    assert shown["allowed_transitions"] == []
    assert acme.get(across.path).ok()["totals"]["total"] == across.order["totals"]["total"]
    assert limited(acme, across.here.warehouse, across.there.warehouse).get(across.path).ok()["totals"] is not None


def test_lists_and_scans_tell_no_more(across: Across) -> None:
    for path in ("/v1/sales-orders", "/v1/sales-orders?open=true", f"/v1/sales-orders?ids={across.order['id']}"):
        reply = across.user.get(path)
        assert [(row["id"], row["total"]) for row in reply.ok()["data"]] == [(across.order["id"], None)]
        assert not across.is_told(reply.body.decode())
    assert not across.is_told(json.dumps(across.user.get(f"/v1/scan?code={across.order['number']}").ok()))


def test_commands_and_revisions_are_for_those_who_see_the_whole_order(acme: Client, across: Across) -> None:
    etag = acme.get(across.path).etag
    for step in ("confirm", "cancel", "close", "prioritize"):
        body = None if step == "close" else {}
        for query in ("", "?dry_run=true"):
            problem = across.user.post(f"{across.path}/{step}{query}", body, etag=etag).refused(403, "forbidden")
            assert not across.is_told(str(problem))
    across.user.patch(across.path, {"note": "x"}, etag=etag).refused(403, "forbidden")
    for path in ("revisions", "revision", "revision?number=1"):
        across.user.get(f"{across.path}/{path}").refused(403, "forbidden")
    assert acme.get(across.path).etag == etag


def test_he_ships_the_lines_of_his_warehouse_and_only_those(acme: Client, across: Across) -> None:
    body = {"order_id": across.order["id"]}
    foreign = across.user.post("/v1/shipments", {**body, "lines": [{"line": 2, "quantity": "1"}]})
    never = across.user.post("/v1/shipments", {**body, "lines": [{"line": 9, "quantity": "1"}]})
    assert foreign.refused(422, "invalid")["errors"] == never.refused(422, "invalid")["errors"]
    assert not across.is_told(foreign.body.decode())
    theirs = acme.post("/v1/shipments", {**body, "warehouse_id": across.there.warehouse}).ok()
    mine = across.user.post("/v1/shipments", body).ok()
    assert [(line["line"], line["quantity"]) for line in mine["lines"]] == [(1, "2"), (3, "4")]
    assert mine["ship_to"]["city"] == "Bonn"
    assert [row["id"] for row in across.user.get(f"/v1/shipments?order_id={body['order_id']}").ok()["data"]] == [
        mine["id"]
    ]
    path = f"/v1/shipments/{mine['id']}"
    across.user.post(f"{path}/pack", {}, etag=1).ok()
    shipped = across.user.post(f"{path}/ship", {}, etag=2)
    assert shipped.ok()["status"] == "shipped" and not across.is_told(shipped.body.decode())
    across.user.get(f"/v1/shipments/{theirs['id']}").refused(404, "not_found")
    across.user.post(f"/v1/shipments/{theirs['id']}/cancel", {}, etag=1).refused(404, "not_found")
    again = across.user.post("/v1/shipments", body).refused(422, "invalid")
    assert again["errors"][0]["code"] == "nothing_committed"
    lines = acme.get(across.path).ok()["lines"]
    assert [(line["picked"], line["shipped"]) for line in lines] == [("0", "2"), ("3", "0"), ("0", "4")]
    across.user.post(f"{path}/cancel", {}, etag=3).ok()
    assert acme.get(across.path).ok()["lines"][0]["committed"] == "2"


def test_kits_of_other_warehouses_are_lines_that_never_were(acme: Client) -> None:
    here, there = shop(acme), shop(acme)
    part = there.item(on_hand=9)["id"]
    kit = here.item(kind="kit", components=[{"item_id": part, "quantity": "2"}])["id"]
    lines = [
        {"item_id": here.item(on_hand=1)["id"], "quantity": "1", "unit_price": "1"},
        {"item_id": kit, "quantity": "3", "unit_price": "1", "warehouse_id": there.warehouse},
    ]
    order = here.confirmed(lines=lines)
    user = limited(acme, here.warehouse)
    assert [line["line"] for line in user.get(f"/v1/sales-orders/{order['id']}").ok()["lines"]] == [1]
    for line, quantity in ((2, "1.5"), (3, "1")):
        body = {"order_id": order["id"], "lines": [{"line": line, "quantity": quantity}]}
        problem = user.post("/v1/shipments", body).refused(422, "invalid")
        assert [each["code"] for each in problem["errors"]] == ["unknown_line"]


@pytest.mark.parametrize(
    ("kind", "shown"),
    [(SalesOrder, partial.WHOLE), (SalesOrderSummary, partial.HEAD), (SalesOrderLine, partial.LINES)],
)
def test_what_is_hidden_can_be_null_or_empty(kind: Any, shown: frozenset[str]) -> None:
    fields = {field.name: field for field in struct_types.fields(kind)}
    assert shown <= fields.keys() | {"included"}
    for name in fields.keys() - shown:
        kinds = str(fields[name].type)
        assert "NoneType" in kinds or "ListType" in kinds, name
