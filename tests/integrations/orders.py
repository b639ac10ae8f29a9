"""Orders as Shopify sends them, and the worker behind the queue."""

import copy
import itertools
from typing import Any

from tests.integrations.shops import Shop
from tests.world import Client

_ids = itertools.count(450_789_000)


def money(amount: str, currency: str = "EUR") -> dict[str, Any]:
    return {
        "shop_money": {"amount": amount, "currency_code": currency},
        "presentment_money": {"amount": "999.99", "currency_code": "JPY"},
    }


def line(sku: str | None, quantity: int = 1, price: str = "10.00", **fields: Any) -> dict[str, Any]:
    return {
        "id": next(_ids),
        "sku": sku,
        "title": "Thing",
        "quantity": quantity,
        "current_quantity": quantity,
        "price": price,
        "price_set": money(price),
        "requires_shipping": True,
        "taxable": True,
        "total_discount": "0.00",
        "discount_allocations": [],
        "tax_lines": [],
        **fields,
    }


ADDRESS = {
    "first_name": "Ada",
    "last_name": "Lovelace",
    "name": "Ada Lovelace",
    "company": None,
    "address1": "Main St 1",
    "address2": "",
    "city": "Ulm",
    "zip": "89073",
    "province": None,
    "province_code": None,
    "country": "Germany",
    "country_code": "DE",
    "phone": None,
}


def order(*lines: dict[str, Any], **fields: Any) -> dict[str, Any]:
    number = next(_ids)
    return {
        "id": number,
        "admin_graphql_api_id": f"gid://shopify/Order/{number}",
        "name": f"#{number}",
        "order_number": number,
        "created_at": "2026-11-20T10:00:00+01:00",
        "updated_at": "2026-11-20T10:00:05+01:00",
        "cancelled_at": None,
        "cancel_reason": None,
        "currency": "EUR",
        "presentment_currency": "JPY",
        "taxes_included": False,
        "email": f"ada-{number}@example.com",
        "customer": {
            "id": number + 7_000_000,
            "email": f"ada-{number}@example.com",
            "first_name": "Ada",
            "last_name": "Lovelace",
            "phone": None,
            "default_address": ADDRESS,
        },
        "billing_address": ADDRESS,
        "shipping_address": ADDRESS,
        "shipping_lines": [],
        "line_items": list(lines),
        "note": None,
        **fields,
    }


def later(payload: dict[str, Any], seconds: int = 30, **fields: Any) -> dict[str, Any]:
    """The same order as it is some time afterwards."""
    return {**copy.deepcopy(payload), "updated_at": f"2026-11-20T10:01:{seconds:02d}+01:00", **fields}


def cancelled(payload: dict[str, Any], seconds: int = 59, reason: str = "customer") -> dict[str, Any]:
    stamp = f"2026-11-20T10:02:{seconds:02d}+01:00"
    return {**copy.deepcopy(payload), "updated_at": stamp, "cancelled_at": stamp, "cancel_reason": reason}


def stocked(shop: Shop, sku: str, quantity: int | str = 100) -> str:
    """An item with stock in the shop's warehouse; its id."""
    item = shop.acme.post("/v1/items", {"sku": sku, "name": sku}).ok()
    if quantity:
        receive(shop, item["id"], quantity)
    return str(item["id"])


def receive(shop: Shop, item_id: str, quantity: int | str) -> None:
    location = shop.acme.get(f"/v1/warehouses/{shop.warehouse_id}").ok()["default_location_id"]
    requested = {"lines": [{"item_id": item_id, "location_id": location, "quantity": str(quantity)}]}
    shop.acme.post("/v1/stock/receipts", requested).ok()


def available(shop: Shop, sku: str) -> str:
    found = shop.acme.get(f"/v1/stock/availability?skus={sku}").ok()
    return str(found["data"][0]["available"])


def work_off(acme: Client) -> list[str]:
    """Lets the deployed worker empty the queue; the ids of messages that it wants to see again."""
    import importlib

    from chalicelib.kernel import config

    process = importlib.import_module("chalicelib.functions.inbox").process_inbox
    queue, failed = acme.world.aws.client("sqs"), []
    url = config.current().inbox_queue_url
    while True:
        messages = queue.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        if not messages:
            return failed
        records = [
            {"messageId": each["MessageId"], "body": each["Body"], "receiptHandle": each["ReceiptHandle"]}
            for each in messages
        ]
        answer = process({"Records": records}, None)
        failed += [each["itemIdentifier"] for each in answer["batchItemFailures"]]
        for each in messages:
            queue.delete_message(QueueUrl=url, ReceiptHandle=each["ReceiptHandle"])


def requeue(shop: Shop, delivery: str) -> None:
    from chalicelib.integrations.inbox import intake
    from chalicelib.kernel.tenant import Tenant

    intake.enqueue(Tenant(shop.acme.tenant), delivery)


def send(shop: Shop, payload: Any, topic: str = "orders/create", **headers: Any) -> dict[str, Any]:
    """Delivers and works off; the delivery as the inbox shows it then."""
    before = {row["id"] for row in deliveries(shop)}
    shop.deliver(payload, topic, **headers).ok()
    assert work_off(shop.acme) == []
    return next(row for row in deliveries(shop) if row["id"] not in before)


def deliveries(shop: Shop) -> list[dict[str, Any]]:
    return list(shop.acme.get(f"/v1/integrations/inbox?connection_id={shop.id}&limit=100").ok()["data"])


def orders_of(shop: Shop) -> list[dict[str, Any]]:
    return list(shop.acme.get("/v1/sales-orders").ok()["data"])


def the_order(shop: Shop) -> dict[str, Any]:
    (summary,) = orders_of(shop)
    return dict(shop.acme.get(f"/v1/sales-orders/{summary['id']}").ok())


def retry(shop: Shop, row: dict[str, Any]) -> dict[str, Any]:
    path = f"/v1/integrations/inbox/{row['id']}"
    shop.acme.post(f"{path}/retry", etag=row["version"]).ok()
    assert work_off(shop.acme) == []
    return dict(shop.acme.get(path).ok())
