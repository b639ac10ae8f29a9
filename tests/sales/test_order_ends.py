"""How orders end, wholly or in part: what is cancelled stays visible, and totals follow (cases 01 and 02 of erp)."""

from decimal import Decimal
from typing import Any

from tests.factories import Shop, shop
from tests.world import Client


def shipped(client: Client, order: Any, quantity: str, line: int = 1) -> Any:
    """A shipment of a part of an order, which has left."""
    lines = [{"line": line, "quantity": quantity}]
    return client.post("/v1/shipments", {"order_id": order["id"], "lines": lines, "ship": {"carrier": "DHL"}}).ok()


def step(client: Client, order_id: str, name: str, body: Any = None) -> Any:
    version = client.get(f"/v1/sales-orders/{order_id}").ok()["version"]
    return client.post(f"/v1/sales-orders/{order_id}/{name}", body, etag=version).ok()


def balanced(order: Any) -> bool:
    """Whether the equation of lines holds."""
    names = ("cancelled", "delivered", "committed", "backordered", "unplanned")
    return all(Decimal(line["base_quantity"]) == sum(Decimal(line[name]) for name in names) for line in order["lines"])


def three_of_ten(here: Shop) -> tuple[str, Any, Any]:
    item = here.item(10)["id"]
    order = here.confirmed((item, 10))
    return item, order, shipped(here.client, order, "3")


def test_a_closed_order_has_the_total_of_what_was_shipped(acme: Client) -> None:
    here = shop(acme)
    _, order, _ = three_of_ten(here)
    closed = step(acme, order["id"], "close")
    line = closed["lines"][0]
    assert (closed["status"], closed["fulfilment"]) == ("done", "partially_shipped")
    assert (line["quantity"], line["shipped"], line["cancelled"], line["net"]) == ("10", "3", "7", "30.00")
    assert (closed["totals"]["total"], closed["totals"]["gross"]) == ("30.00", "30.00")
    assert closed["closed_at"] is not None
    assert acme.get(f"/v1/sales-orders/{order['id']}").ok() == closed
    (listed,) = [each for each in acme.get("/v1/sales-orders").ok()["data"] if each["id"] == order["id"]]
    assert listed["total"] == "30.00"


def test_what_comes_back_to_a_closed_order_is_free(acme: Client) -> None:
    here = shop(acme)
    item, order, shipment = three_of_ten(here)
    step(acme, order["id"], "close")
    acme.post(f"/v1/shipments/{shipment['id']}/cancel", etag=shipment["version"]).ok()
    after = acme.get(f"/v1/sales-orders/{order['id']}").ok()
    line = after["lines"][0]
    assert (after["status"], after["fulfilment"], after["totals"]["total"]) == ("done", "not_started", "0.00")
    assert (line["shipped"], line["cancelled"], line["committed"], line["backordered"]) == ("0", "10", "0", "0")
    assert here.level(item) == ("10", "0", "10")
    assert balanced(after)
    assert after["allowed_transitions"] == []
    acme.patch(f"/v1/sales-orders/{order['id']}", {"lines": [{"line": 1, "quantity": "10"}]}, after["version"]).refused(
        409, "transition_refused"
    )


def test_what_comes_back_to_a_closed_order_is_for_those_who_wait(acme: Client) -> None:
    here = shop(acme)
    item, order, shipment = three_of_ten(here)
    step(acme, order["id"], "close")
    waiting = here.confirmed((item, 9))
    assert waiting["lines"][0]["backordered"] == "2"
    acme.post(f"/v1/shipments/{shipment['id']}/cancel", etag=shipment["version"]).ok()
    acme.world.settle()
    line = acme.get(f"/v1/sales-orders/{waiting['id']}").ok()["lines"][0]
    assert (line["committed"], line["backordered"]) == ("9", "0")
    assert here.level(item) == ("10", "9", "1")


def test_a_reversal_for_an_order_that_is_not_closed_reopens_it(acme: Client) -> None:
    here = shop(acme)
    item = here.item(2)["id"]
    order = here.confirmed((item, 2))
    shipment = shipped(acme, order, "2")
    assert acme.get(f"/v1/sales-orders/{order['id']}").ok()["status"] == "done"
    acme.post(f"/v1/shipments/{shipment['id']}/cancel", etag=shipment["version"]).ok()
    after = acme.get(f"/v1/sales-orders/{order['id']}").ok()
    assert (after["status"], after["lines"][0]["committed"], after["totals"]["total"]) == ("confirmed", "2", "20.00")


def test_what_is_left_of_a_partly_shipped_order_can_be_cancelled(acme: Client) -> None:
    here = shop(acme)
    item, order, _ = three_of_ten(here)
    after = step(acme, order["id"], "cancel", {"reason": "stock"})
    assert (after["status"], after["cancel_reason"], after["totals"]["total"]) == ("done", "stock", "30.00")
    assert after["lines"][0]["cancelled"] == "7"
    assert here.level(item) == ("7", "0", "7")


def test_nothing_is_ended_while_a_shipment_is_open(acme: Client) -> None:
    here = shop(acme)
    item = here.item(10)["id"]
    order = here.confirmed((item, 10))
    shipped(acme, order, "3")
    acme.post("/v1/shipments", {"order_id": order["id"], "lines": [{"line": 1, "quantity": "2"}]}).ok()
    current = acme.get(f"/v1/sales-orders/{order['id']}").ok()
    assert "cancel" not in current["allowed_transitions"]
    path = f"/v1/sales-orders/{order['id']}"
    acme.post(f"{path}/cancel", {"reason": "stock"}, etag=current["version"]).refused(409, "transition_refused")
    acme.post(f"{path}/close", etag=current["version"]).refused(409, "conflict")
    assert acme.get(path).ok() == current


def test_a_cancelled_order_owes_nothing(acme: Client) -> None:
    here = shop(acme)
    item, service = here.item(5)["id"], here.item(kind="service")["id"]
    charges = [{"kind": "shipping", "amount": "4.90"}]
    for order in (here.order((item, 2), (service, 1), charges=charges), here.confirmed((item, 2), charges=charges)):
        assert balanced(order)
        after = step(acme, order["id"], "cancel", {"reason": "customer"})
        assert (after["status"], set(after["totals"].values()), after["charges"]) == ("cancelled", {"0.00"}, [])
        assert [line["cancelled"] for line in after["lines"]] == [line["base_quantity"] for line in order["lines"]]
        assert balanced(after)


def test_discounts_taxes_and_units_shrink_with_what_is_left(acme: Client) -> None:
    here = shop(acme)
    units = [{"unit": "box", "numerator": "12"}]
    item = here.item(36, units=units)["id"]
    lines = [
        {"item_id": item, "quantity": "2", "unit": "box", "unit_price": "12.00", "discount_amount": "2.40"},
        {"item_id": item, "quantity": "10", "unit_price": "10", "discount_percent": "10", "tax_amount": "17.10"},
    ]
    order = here.order(lines=lines, charges=[{"kind": "shipping", "amount": "5.00"}])
    assert order["totals"]["total"] == "133.70"
    order = step(acme, order["id"], "confirm", {})
    shipped(acme, order, "5", line=1)
    shipped(acme, order, "2", line=2)
    closed = step(acme, order["id"], "close")
    # 5 of 24 of 24.00 - 2.40, and a fifth of 90.00 with its tax.
    assert [(line["net"], line["tax_amount"]) for line in closed["lines"]] == [("4.50", "0.00"), ("18.00", "3.42")]
    assert closed["totals"] | {"charges": "5.00", "tax": "3.42", "total": "30.92", "net": "22.50"} == closed["totals"]
    assert balanced(closed)


def test_a_closed_order_counts_the_kits_that_were_shipped(acme: Client) -> None:
    here = shop(acme)
    wheel, bell = here.item(20)["id"], here.item(20)["id"]
    parts = [{"item_id": wheel, "quantity": "2"}, {"item_id": bell, "quantity": "1"}]
    kit = here.item(kind="kit", components=parts)["id"]
    order = here.confirmed((kit, 4))
    shipped(acme, order, "3")
    closed = step(acme, order["id"], "close")
    line = closed["lines"][0]
    assert (line["shipped"], line["cancelled"], line["net"]) == ("3", "1", "30.00")
    assert closed["totals"]["total"] == "30.00"
    assert balanced(closed)


def test_a_large_order_is_closed_by_a_job_with_the_same_result(acme: Client) -> None:
    here = shop(acme)
    rows = [{"sku": f"END-{number}", "name": f"Line {number}"} for number in range(95)]
    items = [row["id"] for row in acme.post("/v1/items/bulk-upsert", {"items": rows}).ok()["rows"]]
    for item in items:
        here.receive(item, 2)
    order = here.order(*[(item, 2) for item in items])
    step(acme, order["id"], "confirm", {})
    acme.world.settle()
    shipped(acme, order, "1")
    path = f"/v1/sales-orders/{order['id']}"
    assert acme.post(f"{path}/close", etag=acme.get(path).etag).status == 202
    acme.world.settle()
    closed = acme.get(f"/v1/sales-orders/{order['id']}").ok()
    assert (closed["status"], closed["totals"]["total"]) == ("done", "10.00")
    assert sum(Decimal(line["cancelled"]) for line in closed["lines"]) == 189
    assert balanced(closed)


def test_a_tax_that_was_accepted_is_not_checked_again_when_less_is_left(acme: Client) -> None:
    here = shop(acme)
    rates = [{"country": "DE", "percent": "19", "valid_from": "2020-01-01"}]
    tax = acme.post("/v1/tax-codes", {"code": "VAT", "name": "VAT", "rates": rates}).ok()["id"]
    item = here.item(2, tax_code_id=tax)["id"]
    order = here.order(
        lines=[{"item_id": item, "quantity": "2", "unit_price": "0.03"}],
        charges=[{"kind": "shipping", "amount": "0.08", "tax_code_id": tax, "tax_amount": "0.03"}],
        rounding="half_up_per_total",
        shipping_address={"lines": ["Main St 1"], "city": "Ulm", "country": "DE"},
    )
    order = step(acme, order["id"], "confirm", {})
    shipped(acme, order, "1")
    closed = step(acme, order["id"], "close")
    assert closed["charges"][0]["tax_amount"] == "0.03"
    assert acme.get(f"/v1/sales-orders/{order['id']}").ok() == closed


def test_quantities_have_no_zeros_at_their_ends(acme: Client) -> None:
    here = shop(acme)
    item = here.item("4.5", unit="kg")["id"]
    order = here.confirmed((item, "2.50"))
    shipment = shipped(acme, order, "1.5")
    line = acme.get(f"/v1/sales-orders/{order['id']}").ok()["lines"][0]
    assert (line["committed"], line["shipped"], line["unplanned"]) == ("1", "1.5", "0")
    acme.post(f"/v1/shipments/{shipment['id']}/cancel", etag=shipment["version"]).ok()
    line = acme.get(f"/v1/sales-orders/{order['id']}").ok()["lines"][0]
    assert (line["committed"], line["shipped"], line["delivered"]) == ("2.5", "0", "0")
    change = {"reason": "counted", "lines": [{"item_id": item, "location_id": here.location, "change": "-0.5"}]}
    moved = acme.post("/v1/stock/adjustments", change).ok()["lines"]
    assert (moved[0]["quantity"], moved[0]["on_hand"]) == ("0.5", "4")


def test_a_given_tax_of_a_line_of_which_nothing_is_cancelled_stays(acme: Client) -> None:
    here = shop(acme)
    tax = acme.post("/v1/tax-codes", {"code": "VAT", "name": "VAT", "rates": [{"country": "DE", "percent": "19"}]}).ok()
    item = here.item(9, tax_code_id=tax["id"])["id"]
    order = here.order(
        lines=[
            {"item_id": item, "quantity": "1", "unit_price": "10.00", "tax_amount": "1.91"},
            {"item_id": item, "quantity": "2", "unit_price": "10.00"},
        ],
        shipping_address={"lines": ["Main St 1"], "city": "Ulm", "country": "DE"},
    )
    order = step(acme, order["id"], "confirm", {})
    shipped(acme, order, "1", line=1)
    shipped(acme, order, "1", line=2)
    closed = step(acme, order["id"], "close")
    assert [line["tax_amount"] for line in closed["lines"]] == ["1.91", "1.90"]
    assert closed["totals"]["total"] == "23.81"
