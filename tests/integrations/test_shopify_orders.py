"""From a signed delivery to a confirmed order, and everything that may come in between."""

import json
import uuid
from pathlib import Path
from typing import Any

import pytest

from tests.integrations.orders import (
    ADDRESS,
    available,
    cancelled,
    deliveries,
    later,
    line,
    money,
    order,
    orders_of,
    receive,
    retry,
    send,
    stocked,
    the_order,
    work_off,
)
from tests.integrations.shops import Shop
from tests.integrations.test_connections import everything_stored
from tests.world import Client

SAMPLE = Path(__file__).parents[3] / "shared/specs/shopify/samples/shopify_python_api__order.json"


def test_an_order_arrives_with_its_customer_and_reserves_stock(acme: Client) -> None:
    shop = Shop(acme)
    stocked(shop, "BIKE", 10)
    stocked(shop, "BELL", 10)
    payload = order(
        line(
            "BIKE",
            2,
            "500.00",
            discount_allocations=[{"amount": "100.00", "amount_set": money("100.00")}],
            tax_lines=[{"price": "171.00", "price_set": money("171.00")}],
        ),
        line("BELL", 1, "9.50"),
        shipping_lines=[{"price": "5.00", "price_set": money("5.00"), "tax_lines": [{"price": "0.95"}]}],
        note="Ring twice",
    )
    row = send(shop, payload)
    assert (row["state"], row["reason"], row["external_id"]) == ("done", None, str(payload["id"]))
    made = the_order(shop)
    assert row["order_id"] == made["id"]
    assert (made["status"], made["fulfilment"], made["currency"]) == ("confirmed", "committed", "EUR")
    assert [(one["sku"], one["quantity"], one["committed"]) for one in made["lines"]] == [
        ("BIKE", "2", "2"),
        ("BELL", "1", "1"),
    ]
    assert [(one["kind"], one["amount"], one["tax_amount"]) for one in made["charges"]] == [
        ("shipping", "5.00", "0.95")
    ]
    assert made["totals"] == {
        "gross": "1009.50",
        "discount": "100.00",
        "net": "909.50",
        "charges": "5.00",
        "tax": "171.95",
        "marketplace_tax": "0.00",
        "total": "1086.45",
    }
    assert made["ordered_at"] == "2026-11-20T09:00:00Z"
    assert made["note"] == "Ring twice"
    assert made["shipping_address"]["lines"] == ["Main St 1"]
    assert made["shipping_address"]["country"] == "DE"
    slug = shop.shop_domain.partition(".")[0]
    assert made["external_refs"] == [{"system": f"shopify:{slug}:order", "id": str(payload["id"])}]
    assert made["customer_reference"] == f"{slug}/{payload['order_number']}"
    customer = acme.get(f"/v1/customers/{made['customer_id']}").ok()
    assert (customer["name"], customer["kind"]) == ("Ada Lovelace", "person")
    assert customer["contacts"][0]["email"] == payload["email"]
    assert [address["kind"] for address in customer["addresses"]] == ["billing", "shipping"]
    assert available(shop, "BIKE") == "8"


def test_what_is_missing_becomes_a_backorder_or_with_full_reservation_a_question(acme: Client) -> None:
    partial, full = Shop(acme), Shop(acme, options={"reservation": "full"})
    stocked(partial, "A", 1)
    item = acme.get("/v1/items?sku=A").ok()["data"][0]["id"]
    row = send(partial, order(line("A", 3)))
    made = the_order(partial)
    assert (row["state"], made["fulfilment"], made["lines"][0]["backordered"]) == ("done", "backordered", "2")
    receive(full, item, 2)
    row = send(full, order(line("A", 3)))
    assert (row["state"], row["reason"]) == ("quarantined", "insufficient_stock")
    assert "3 of A wanted, 2 available" in row["detail"]
    draft = acme.get(f"/v1/sales-orders/{row['order_id']}").ok()
    assert draft["status"] == "draft"
    receive(full, item, 1)
    assert retry(full, row)["state"] == "done"
    assert acme.get(f"/v1/sales-orders/{row['order_id']}").ok()["status"] == "confirmed"
    assert len(orders_of(full)) == 2


def test_without_automatic_confirmation_an_order_stays_a_draft(acme: Client) -> None:
    shop = Shop(acme, options={"auto_confirm": False})
    stocked(shop, "A", 5)
    assert send(shop, order(line("A")))["state"] == "done"
    assert the_order(shop)["status"] == "draft"
    assert available(shop, "A") == "5"


def test_an_order_in_the_form_of_older_versions_is_taken(acme: Client) -> None:
    shop = Shop(acme)
    stocked(shop, "A")
    payload = order({"id": 1, "sku": "A", "quantity": 2, "price": "19.90"}, currency="USD")
    for name in ("admin_graphql_api_id", "presentment_currency", "taxes_included"):
        del payload[name]
    payload["shipping_lines"] = [{"code": "Free Shipping", "price": "0.00", "title": "Free Shipping"}]
    assert send(shop, payload)["state"] == "done"
    made = the_order(shop)
    assert (made["currency"], made["totals"]["total"], made["charges"]) == ("USD", "39.80", [])


if SAMPLE.exists():  # not part of the repository

    def test_the_vendors_own_sample_is_taken(acme: Client) -> None:
        shop = Shop(acme)
        for colour in ("GREEN", "RED", "BLACK"):
            stocked(shop, f"IPOD2008{colour}", 3)
        payload = json.loads(SAMPLE.read_text())["order"]
        row = send(shop, payload)
        assert row["state"] == "done", row
        made = the_order(shop)
        assert (made["currency"], made["totals"]["net"], len(made["lines"])) == ("USD", "597.00", 3)
        assert made["billing_address"]["region"] == "KY"


def test_an_order_without_customer_and_addresses_is_normal(acme: Client) -> None:
    shop = Shop(acme)
    stocked(shop, "A")
    nobody = order(line("A"), customer=None, billing_address=None, shipping_address=None, email=None)
    assert send(shop, nobody)["state"] == "done"
    made = the_order(shop)
    assert (made["customer_id"], made["billing_address"], made["shipping_address"]) == (None, None, None)


def test_a_customer_whose_data_is_withheld_is_known_by_its_number(acme: Client) -> None:
    shop = Shop(acme)
    stocked(shop, "A")
    blank = dict.fromkeys(("first_name", "last_name", "name", "address1", "address2", "zip", "phone", "city"))
    withheld = {**blank, "country_code": "DE", "province_code": None}
    first = order(
        line("A"),
        customer={"id": 77, "email": None, "default_address": blank},
        billing_address=blank,
        shipping_address=withheld,
        email=None,
    )
    second = order(line("A"), customer={"id": 77}, billing_address=None, shipping_address=None, email=None)
    assert [send(shop, each)["state"] for each in (first, second)] == ["done", "done"]
    (customer,) = acme.get("/v1/customers").ok()["data"]
    assert customer["name"] == "Shopify customer 77"
    assert {each["customer_id"] for each in orders_of(shop)} == {customer["id"]}


def test_a_known_customer_is_matched_by_email(acme: Client) -> None:
    shop = Shop(acme)
    stocked(shop, "A")
    body = {"kind": "company", "name": "Engines", "contacts": [{"email": "ADA@example.com"}]}
    ours = acme.post("/v1/customers", body).ok()
    payload = order(line("A"))
    payload["customer"]["email"] = "ada@example.com"
    send(shop, payload)
    assert the_order(shop)["customer_id"] == ours["id"]


def test_a_repeated_order_changes_nothing_under_whatever_id_or_topic_it_comes(acme: Client) -> None:
    shop = Shop(acme)
    stocked(shop, "A", 10)
    payload = order(line("A", 4))
    first = send(shop, payload, webhook_id="w-1")
    before = the_order(shop)
    shop.deliver(payload, webhook_id="w-1").ok()
    assert work_off(acme) == []
    assert len(deliveries(shop)) == 1
    for topic in ("orders/create", "orders/updated", "orders/cancelled"):
        again = send(shop, payload, topic=topic, webhook_id=str(uuid.uuid4()))
        assert (again["state"], again["order_id"]) == ("done", first["order_id"])
    assert send(shop, payload, topic="refunds/create")["state"] == "ignored"
    assert the_order(shop) == before
    assert available(shop, "A") == "6"


def test_an_order_body_sent_to_another_shop_is_refused(acme: Client) -> None:
    shop, other = Shop(acme), Shop(acme)
    from tests.integrations.shops import sign

    body = json.dumps(order(line("A"))).encode()
    other.deliver(body, X_Shopify_Hmac_Sha256=sign(shop.client_secret, body)).refused(401, "bad_signature")
    assert deliveries(other) == []


def test_the_newest_content_wins_in_every_order_of_arrival(acme: Client) -> None:
    shop = Shop(acme)
    stocked(shop, "A", 100)
    stocked(shop, "B", 100)
    created = order(line("A", 1))
    more = later(created, 10)
    more["line_items"][0]["quantity"] = more["line_items"][0]["current_quantity"] = 3
    most = later(more, 20)
    most["line_items"].append(line("B", 2))
    assert send(shop, more, "orders/updated")["state"] == "done"
    stale = send(shop, created)
    assert (stale["state"], stale["reason"]) == ("ignored", "stale")
    assert stale["order_id"] is not None
    assert send(shop, most, "orders/updated")["state"] == "done"
    assert send(shop, more, "orders/updated", webhook_id="again")["reason"] == "stale"
    made = the_order(shop)
    assert [(one["sku"], one["quantity"], one["committed"]) for one in made["lines"]] == [
        ("A", "3", "3"),
        ("B", "2", "2"),
    ]
    assert (available(shop, "A"), available(shop, "B")) == ("97", "98")


def test_an_update_edits_lines_addresses_and_charges_and_releases_what_is_dropped(acme: Client) -> None:
    shop = Shop(acme)
    for sku in ("A", "B"):
        stocked(shop, sku, 10)
    created = order(line("A", 4), line("B", 5))
    send(shop, created)
    changed = later(created)
    changed["line_items"][0]["current_quantity"] = 1
    changed["line_items"][1]["current_quantity"] = 0
    changed["shipping_address"] = {**changed["shipping_address"], "city": "Bonn"}
    changed["shipping_lines"] = [{"price": "7.00", "price_set": money("7.00"), "tax_lines": []}]
    assert send(shop, changed, "orders/updated")["state"] == "done"
    made = the_order(shop)
    assert [(one["line"], one["sku"], one["quantity"]) for one in made["lines"]] == [(1, "A", "1")]
    assert (made["shipping_address"]["city"], made["totals"]["charges"]) == ("Bonn", "7.00")
    assert (available(shop, "A"), available(shop, "B")) == ("9", "10")
    version = made["version"]
    paid = later(changed, 50, financial_status="paid")
    assert send(shop, paid, "orders/updated")["state"] == "done"
    assert the_order(shop)["version"] == version


def test_a_cancelled_order_gives_its_stock_back_once(acme: Client) -> None:
    shop = Shop(acme)
    stocked(shop, "A", 10)
    created = order(line("A", 4))
    send(shop, created)
    gone = cancelled(created, reason="inventory")
    assert send(shop, gone, "orders/cancelled")["state"] == "done"
    made = the_order(shop)
    assert (made["status"], made["cancel_reason"]) == ("cancelled", "stock")
    assert available(shop, "A") == "10"
    assert send(shop, gone, "orders/updated")["state"] == "done"
    assert send(shop, created, webhook_id="late")["reason"] == "stale"
    assert available(shop, "A") == "10"
    assert the_order(shop) == made


def test_an_order_cancelled_before_it_came_makes_nothing_even_when_it_comes_later(acme: Client) -> None:
    shop = Shop(acme)
    stocked(shop, "A", 10)
    created = order(line("A", 4))
    row = send(shop, cancelled(created), "orders/cancelled")
    assert (row["state"], row["reason"], row["order_id"]) == ("done", "cancelled", None)
    assert send(shop, created)["reason"] == "stale"
    assert orders_of(shop) == []
    assert acme.get("/v1/customers").ok()["data"] == []


@pytest.mark.parametrize("lines", [None, [{"line": 1, "quantity": "1"}]], ids=["all", "a part"])
def test_a_cancellation_after_shipping_is_left_to_a_person(acme: Client, lines: Any) -> None:
    shop = Shop(acme)
    stocked(shop, "A", 10)
    created = order(line("A", 4))
    send(shop, created)
    made = the_order(shop)
    acme.post("/v1/shipments", {"order_id": made["id"], "lines": lines, "ship": {"carrier": "DHL"}}).ok()
    row = send(shop, cancelled(created), "orders/cancelled")
    assert (row["state"], row["reason"], row["order_id"]) == ("quarantined", "already_shipped", made["id"])
    path = f"/v1/integrations/inbox/{row['id']}"
    dismissed = acme.post(f"{path}/dismiss", etag=row["version"]).ok()
    assert (dismissed["state"], dismissed["allowed_transitions"]) == ("dismissed", [])


def test_a_change_of_shipped_goods_is_left_to_a_person_who_is_asked_once(acme: Client) -> None:
    shop = Shop(acme)
    stocked(shop, "A", 10)
    created = order(line("A", 4))
    send(shop, created)
    acme.post("/v1/shipments", {"order_id": the_order(shop)["id"], "ship": {"carrier": "DHL"}}).ok()
    made = the_order(shop)
    changed = later(created)
    changed["line_items"][0]["current_quantity"] = 2
    row = send(shop, changed, "orders/updated")
    assert (row["state"], row["reason"], row["order_id"]) == ("quarantined", "not_applied", made["id"])
    assert retry(shop, row)["reason"] == "not_applied"
    again = send(shop, later(changed, 40), "orders/updated")
    assert (again["state"], again["reason"]) == ("done", "not_applied")
    assert send(shop, created, "orders/updated")["reason"] == "stale"
    assert the_order(shop) == made
    settled = send(shop, later(created, 50), "orders/updated")
    assert (settled["state"], settled["reason"]) == ("done", None)
    assert retry(shop, acme.get(f"/v1/integrations/inbox/{row['id']}").ok())["reason"] == "stale"


def test_a_refused_change_is_applied_by_its_retry_when_nothing_is_in_the_way_any_more(acme: Client) -> None:
    shop = Shop(acme)
    stocked(shop, "A", 10)
    created = order(line("A", 4))
    send(shop, created)
    packed = acme.post("/v1/shipments", {"order_id": the_order(shop)["id"]}).ok()
    changed = later(created)
    changed["line_items"][0]["current_quantity"] = 2
    row = send(shop, changed, "orders/updated")
    assert (row["state"], row["reason"]) == ("quarantined", "not_applied")
    acme.post(f"/v1/shipments/{packed['id']}/cancel", etag=packed["version"]).ok()
    assert retry(shop, row)["state"] == "done"
    assert [one["quantity"] for one in the_order(shop)["lines"]] == ["2"]


def emptied(payload: dict[str, Any], seconds: int = 30) -> dict[str, Any]:
    """Refunded to nothing, which is not cancelled."""
    gone = later(payload, seconds, financial_status="refunded")
    for each in gone["line_items"]:
        each["current_quantity"] = 0
    return gone


def test_an_order_that_is_refunded_to_nothing_is_cancelled(acme: Client) -> None:
    shop = Shop(acme)
    stocked(shop, "A", 10)
    created = order(line("A", 4), line("A", 1))
    send(shop, created)
    assert send(shop, emptied(created), "orders/updated")["state"] == "done"
    assert the_order(shop)["status"] == "cancelled"
    assert available(shop, "A") == "10"
    assert send(shop, emptied(created, 40), "orders/updated")["state"] == "ignored"
    assert send(shop, cancelled(created), "orders/cancelled")["state"] == "done"


def test_an_order_that_has_goods_again_after_it_was_emptied_is_left_to_a_person(acme: Client) -> None:
    shop = Shop(acme)
    stocked(shop, "A", 10)
    created = order(line("A", 4))
    send(shop, created)
    send(shop, emptied(created), "orders/updated")
    row = send(shop, later(created, 50), "orders/updated")
    assert (row["state"], row["reason"]) == ("quarantined", "not_applied")
    assert the_order(shop)["status"] == "cancelled"


@pytest.mark.parametrize("ship", [None, {"carrier": "DHL"}])
def test_a_refund_of_packed_or_shipped_goods_is_left_to_a_person(acme: Client, ship: Any) -> None:
    shop = Shop(acme)
    stocked(shop, "A", 10)
    created = order(line("A", 4))
    send(shop, created)
    acme.post("/v1/shipments", {"order_id": the_order(shop)["id"], **({"ship": ship} if ship else {})}).ok()
    made = the_order(shop)
    row = send(shop, emptied(created), "orders/updated")
    assert (row["state"], row["reason"], row["order_id"]) == ("quarantined", "not_applied", made["id"])
    assert the_order(shop) == made


def test_an_unknown_sku_quarantines_that_order_alone_until_the_item_exists(acme: Client) -> None:
    shop = Shop(acme)
    stocked(shop, "A", 10)
    bad, good = order(line("A"), line("NEW-1"), line("NEW-2")), order(line("A"))
    shop.deliver(bad).ok()
    shop.deliver(good).ok()
    assert work_off(acme) == []
    row = next(each for each in deliveries(shop) if each["state"] == "quarantined")
    assert row["reason"] == "unknown_sku"
    assert "NEW-1, NEW-2" in row["detail"]
    assert len(orders_of(shop)) == 1
    assert len(acme.get("/v1/customers").ok()["data"]) == 1
    stocked(shop, "NEW-1", 1)
    assert retry(shop, row)["state"] == "quarantined"
    stocked(shop, "NEW-2", 1)
    row = acme.get(f"/v1/integrations/inbox/{row['id']}").ok()
    assert retry(shop, row)["state"] == "done"
    assert len(orders_of(shop)) == 2


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"currency": "XXX"}, "unknown_currency"),
        ({"currency": "USD"}, "currency_mismatch"),
        ({"admin_graphql_api_id": "gid://shopify/DraftOrder/1"}, "not_an_order"),
        ({"order_number": None}, "not_an_order"),
        ({"updated_at": None}, "not_an_order"),
        ({"updated_at": "2026-11-20T10:00:00"}, "not_an_order"),
        ({"id": "1"}, "not_an_order"),
        ({"line_items": None}, "not_an_order"),
        ({"line_items": []}, "no_lines"),
    ],
)
def test_what_cannot_be_booked_is_quarantined_with_its_reason(acme: Client, fields: Any, reason: str) -> None:
    shop = Shop(acme)
    stocked(shop, "A")
    row = send(shop, {**order(line("A")), **fields})
    assert (row["state"], row["reason"]) == ("quarantined", reason)
    assert orders_of(shop) == []
    assert acme.get("/v1/customers").ok()["data"] == []


@pytest.mark.parametrize(
    "body", [b"", b"null", b"[]", b"{", b'{"id": 1}', b'{"order": {"id": 1}}', b'{"a":' + b"[" * 99999]
)
def test_a_body_that_is_no_order_is_quarantined(acme: Client, body: bytes) -> None:
    shop = Shop(acme)
    row = send(shop, body)
    assert (row["state"], row["reason"]) == ("quarantined", "not_an_order")


@pytest.mark.parametrize("price", ["-1.00", "NaN", "1e400", "99999999999999.00"])
def test_an_impossible_amount_is_quarantined(acme: Client, price: str) -> None:
    shop = Shop(acme)
    stocked(shop, "A")
    payload = order(line("A"))
    payload["line_items"][0] |= {"price": price, "price_set": None}
    assert send(shop, payload)["reason"] in ("odd_amount", "not_an_order")


def test_shop_money_is_booked_and_a_line_that_is_no_goods_is_a_charge(acme: Client) -> None:
    shop = Shop(acme)
    stocked(shop, "A")
    goods, fee = line("A", 1, "20.00"), line(None, 1, "3.00", requires_shipping=False)
    goods["price"] = "2000"
    assert send(shop, order(goods, fee, total_tip_received="1.50"))["state"] == "done"
    made = the_order(shop)
    assert made["lines"][0]["unit_price"] == "20"
    assert [(one["kind"], one["amount"], one["tax_amount"]) for one in made["charges"]] == [("other", "4.50", "0.00")]
    row = send(shop, order(line(None)))
    assert (row["state"], row["reason"]) == ("quarantined", "missing_sku")


def test_prices_with_tax_in_them_stay_so(acme: Client) -> None:
    shop = Shop(acme)
    stocked(shop, "A")
    tax = [{"price": "19.00", "price_set": money("19.00")}]
    send(shop, order(line("A", 1, "119.00", tax_lines=tax), taxes_included=True))
    made = the_order(shop)
    assert made["prices_include_tax"] is True
    assert (made["totals"]["total"], made["totals"]["tax"]) == ("119.00", "19.00")


def test_a_shop_that_is_connected_again_does_not_repeat_its_past(acme: Client) -> None:
    shop = Shop(acme)
    stocked(shop, "A")
    payload = order(line("A"))
    send(shop, payload)
    acme.post(f"{shop.path}/disconnect", etag=1).ok()
    again = Shop(acme, client_secret=shop.client_secret, shop_domain=shop.shop_domain, warehouse_id=shop.warehouse_id)
    assert send(again, later(payload), "orders/updated")["state"] == "done"
    assert len(orders_of(again)) == 1


def test_what_came_before_the_disconnection_waits_for_a_person(acme: Client) -> None:
    shop = Shop(acme)
    shop.deliver(order(line("A"))).ok()
    acme.post(f"{shop.path}/disconnect", etag=1).ok()
    assert work_off(acme) == []
    (row,) = deliveries(shop)
    assert (row["state"], row["reason"]) == ("quarantined", "disconnected")


def test_the_order_is_in_the_journal_and_no_personal_value_is_in_keys_or_inbox(acme: Client) -> None:
    shop = Shop(acme)
    stocked(shop, "A")
    canary = "canary" + uuid.uuid4().hex
    payload = order(line("A"), note=canary + "-note")
    payload["customer"] |= {"email": canary + "@example.com", "first_name": canary + "-name"}
    send(shop, payload)
    send(shop, order(line("NOPE"), note=canary, email=canary + "@example.com"))
    lines = everything_stored().splitlines()
    holding = [each for each in lines if canary in each]
    assert holding, "the order itself keeps the note"
    assert not [each for each in holding if "inb_" in each or "jrn_" in each]
    assert canary not in json.dumps(deliveries(shop))


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("CASE-A", "case-a"),
        ("CASE-A", " CASE-A\u200b"),
        ("#1042", "#1042"),
        ("B\u00dcGEL-1", "Bu\u0308gel-1"),
        ("_OLD-3", "_OLD-3"),
        ("KIT,2", "KIT,2"),
    ],
)
def test_a_sku_is_matched_in_any_spelling_and_script(acme: Client, ours: str, theirs: str) -> None:
    shop = Shop(acme)
    stocked(shop, ours, 10)
    payload = order(line(theirs))
    assert send(shop, payload)["state"] == "done"
    made = the_order(shop)
    assert [(one["line"], one["sku"]) for one in made["lines"]] == [(1, ours)]
    payload["line_items"][0].update(current_quantity=2, quantity=2)
    assert send(shop, later(payload), "orders/updated")["state"] == "done"
    assert [(one["line"], one["quantity"]) for one in the_order(shop)["lines"]] == [(1, "2")]


def test_names_keep_the_joiners_that_their_script_needs_and_nothing_unseen(acme: Client) -> None:
    shop = Shop(acme)
    stocked(shop, "A", 10)
    persian, family = "\u0639\u0644\u06cc\u200c\u0631\u0636\u0627", "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    address = {**ADDRESS, "name": f"{persian} Karimi {family}", "city": "\u202eUlm\u202c\n", "country_code": "XX"}
    assert send(shop, order(line("A"), shipping_address=address))["state"] == "done"
    shown = the_order(shop)["shipping_address"]
    assert (shown["name"], shown["city"], shown["country"]) == (f"{persian} Karimi {family}", "Ulm", "ZZ")
