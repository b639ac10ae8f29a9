"""Revisions of orders: what was ordered before, who changed it, and when."""

from typing import Any

from tests.factories import shop
from tests.world import Client

ULM, BONN = ({"lines": ["Main St 1"], "city": city, "country": "DE"} for city in ("Ulm", "Bonn"))


def revisions(client: Client, order: Any, query: str = "") -> Any:
    return client.get(f"/v1/sales-orders/{order['id']}/revisions{query}").ok()


def test_every_revision_stays_readable_with_who_when_and_what(acme: Client) -> None:
    here = shop(acme)
    bell, lamp = here.item(9)["id"], here.item(9)["id"]
    order = here.confirmed((bell, 2), (lamp, 1), shipping_address=ULM)
    path, seller = f"/v1/sales-orders/{order['id']}", acme.as_("sales")
    lines = [{"line": 1, "quantity": "3"}, {"item_id": bell, "quantity": "1", "unit_price": "4"}]
    changed = seller.patch(path, {"lines": lines, "note": "Ring twice"}, etag=order["version"]).ok()
    changed = acme.patch(path, {"shipping_address": BONN}, etag=changed["version"]).ok()
    last, middle, first = revisions(acme, order)["data"]
    assert [each["revision"] for each in (first, middle, last)] == [1, 2, 3]
    assert [each["changed"] for each in (first, middle, last)] == [
        [],
        ["/lines/1/quantity", "/lines/2", "/lines/3", "/note"],
        ["/shipping_address"],
    ]
    assert [each["total"] for each in (first, middle, last)] == ["30.00", "34.00", "34.00"]
    assert middle["changed_by"] not in (first["changed_by"], last["changed_by"])
    assert first["changed_at"] == order["created_at"]
    assert last["changed_at"] == changed["updated_at"]
    was = acme.get(f"{path}/revision?number=1").ok()
    assert [(line["line"], line["quantity"], line["net"]) for line in was["lines"]] == [
        (1, "2", "20.00"),
        (2, "1", "10.00"),
    ]
    assert (was["shipping_address"]["city"], was["note"], was["totals"]) == ("Ulm", None, order["totals"])
    now = acme.get(f"{path}/revision?number=3").ok()
    terms = [{name: line[name] for name in now["lines"][0]} for line in changed["lines"]]
    assert (now["lines"], now["totals"]) == (terms, changed["totals"])
    acme.get(f"{path}/revision?number=4").refused(404, "not_found")


def test_a_change_of_nothing_makes_no_revision(acme: Client) -> None:
    here = shop(acme)
    order = here.order((here.item()["id"], 2))
    body = {"lines": [{"line": 1, "quantity": "2"}], "shipping_address": order["shipping_address"]}
    acme.patch(f"/v1/sales-orders/{order['id']}", body, etag=1).ok()
    acme.patch(f"/v1/sales-orders/{order['id']}", {"customer_reference": "PO 1"}, etag=1).ok()
    assert [each["revision"] for each in revisions(acme, order)["data"]] == [1]


def test_revisions_of_large_orders_are_paged_and_read_as_a_whole(acme: Client) -> None:
    here = shop(acme)
    item = here.item()["id"]
    order = here.order(*[(item, 1)] * 120)
    for version in (1, 2):
        body = {"note": f"note {version}"}
        acme.patch(f"/v1/sales-orders/{order['id']}", body, etag=version).ok()
    page = revisions(acme, order, "?limit=2")
    more = revisions(acme, order, f"?limit=2&cursor={page['next_cursor']}")
    assert [each["revision"] for each in [*page["data"], *more["data"]]] == [3, 2, 1]
    assert len(acme.get(f"/v1/sales-orders/{order['id']}/revision?number=2").ok()["lines"]) == 120


def test_addresses_of_revisions_are_for_who_may_read_customers(acme: Client) -> None:
    here = shop(acme)
    order = here.order((here.item()["id"], 1), shipping_address=ULM, note="Ring twice")
    path = f"/v1/sales-orders/{order['id']}/revision?number=1"
    assert acme.as_("warehouse").get(path).ok()["shipping_address"]["city"] == "Ulm"
    hidden = acme.as_("analyst").get(path).ok()
    assert (hidden["shipping_address"], hidden["note"]) == (None, None)


def test_revisions_of_another_tenant_never_were(acme: Client) -> None:
    here = shop(acme)
    order = here.order((here.item()["id"], 1))
    other = acme.world.tenant()
    for path in ("revisions", "revision?number=1"):
        other.get(f"/v1/sales-orders/{order['id']}/{path}").refused(404, "not_found")
