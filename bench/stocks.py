"""What moves and waits in a company of any size, for `scaling`: copies of rows."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from bench.use_cases import Scene

Item = dict[str, Any]
Write = Callable[[Any, Item | None, int, Callable[[Item, int], Any]], None]
_REAL = 60
"""Documents behind pointers that are looked at: a page and some more."""


def documents(scene: Scene, size: int, new_ids: list[str], write: Write) -> dict[str, str]:
    """Writes receipts into a shelf, transfers in transit, arrivals; returns the questions."""
    from chalicelib.inventory.arrivals.tables import Arrival
    from chalicelib.inventory.documents.tables import StockDocument, document_ref
    from chalicelib.inventory.stock.tables import Bin, Movement, bin_ref, movements_key
    from chalicelib.kernel import ids
    from chalicelib.kernel.dynamo import store
    from chalicelib.kernel.tenant import Tenant

    tenant, shop, item = Tenant(scene.acme.tenant), scene.shop, scene.items[1]
    shelf = shop.bin("SCALE")
    receipt = shop.receive(item, 5, shelf)
    line = {"item_id": item, "from_location_id": shop.location, "to_location_id": shelf, "quantity": "1"}
    sent = scene.acme.post("/v1/stock/transfers", {"lines": [line], "in_transit": True}).ok()
    due = {"item_id": item, "warehouse_id": shop.warehouse, "quantity": "3", "due_on": "2099-01-10"}
    arrival = scene.acme.post("/v1/arrivals", due).ok()
    refs = {
        "receipt": document_ref(tenant, receipt["id"]),
        "transfer": document_ref(tenant, sent["id"]),
        "arrival": store.Ref(Arrival, tenant.key(), arrival["id"]),
        "bin": bin_ref(tenant, item, shop.warehouse, shelf),
        "movement": store.Ref(Movement, movements_key(tenant, item, shop.warehouse), 2),
    }
    found = store.get_many(refs.values())

    def new_id(prefix: str) -> Callable[[Item, int], None]:
        return lambda row, _: row.update(id={"S": ids.new(prefix)})

    def lies(row: Item, index: int) -> None:
        row.update(partition={"S": tenant.key(new_ids[index])}, item_id={"S": new_ids[index]})

    write(StockDocument, found[refs["receipt"]], size, new_id("rcv"))
    write(StockDocument, found[refs["transfer"]], size, new_id("trf"))
    write(Arrival, found[refs["arrival"]], size, new_id("arr"))
    write(Bin, found[refs["bin"]], size, lies)
    write(Movement, found[refs["movement"]], size, lambda row, index: row.update(seq={"N": str(index + 4)}))
    place = f"item_id={item}&warehouse_id={shop.warehouse}"
    month = str(receipt["created_at"])[:7]
    return {
        "25 rows of a warehouse's stock": f"/v1/stock?warehouse_id={shop.warehouse}",
        "Stock of an item": f"/v1/stock?item_id={item}",
        "25 items at the default location": f"/v1/stock/places?location_id={shop.location}",
        "25 items at a shelf": f"/v1/stock/places?location_id={shelf}",
        "Newest 25 of a shelf's ledger": f"/v1/stock/ledger?item_id={item}&location_id={shelf}",
        "Newest 25 stock documents": "/v1/stock/documents",
        "Newest 25 transfers of a month": f"/v1/stock/documents?month={month}&kind=transfer",
        "25 transfers in transit": "/v1/stock/documents?in_transit=true",
        "A stock document": f"/v1/stock/documents/{receipt['id']}",
        "25 arrivals of an item": f"/v1/arrivals?{place}",
        "Outlook of an item": f"/v1/stock/outlook?{place}",
    }


def turns(scene: Scene, size: int, write: Write) -> dict[str, str]:
    """Writes who waits for an item, and who holds one; returns the questions."""
    from chalicelib.inventory.commitments.holders import note
    from chalicelib.inventory.commitments.ranks import claim_of
    from chalicelib.inventory.commitments.tables import Holder, Waiting, waiting_key, waiting_ref
    from chalicelib.inventory.stock.levels import StockKey
    from chalicelib.kernel import ids
    from chalicelib.kernel.dynamo import store
    from chalicelib.kernel.tenant import Tenant
    from chalicelib.sales.orders import reservations
    from tests.simulation.market import drafts

    tenant, shop = Tenant(scene.acme.tenant), scene.shop
    held, waited = shop.item(on_hand=5)["id"], shop.item()["id"]
    orders = [shop.confirmed((item, 1)) for item in (held, waited)]
    claims = reservations.of_orders(tenant, [order["id"] for order in orders])
    note(tenant, [orders[0]["id"], *drafts(scene.acme, orders[0]["id"], _REAL)])

    def earlier(row: Item, index: int) -> None:
        claim = claim_of(row["turn"]["S"])
        since = claim.rank.since - timedelta(minutes=index + 1)
        turn = claim._replace(document_id=ids.new("so"), rank=claim.rank._replace(since=since)).turn
        row.update(turn={"S": turn})

    names = {
        Waiting: waiting_ref(tenant, StockKey(waited, shop.warehouse), claims[orders[1]["id"]].claim.turn),
        Holder: store.Ref(
            Holder, waiting_key(tenant, StockKey(held, shop.warehouse)), claims[orders[0]["id"]].claim.turn
        ),
    }
    found = store.get_many(names.values())
    for model, name in names.items():
        write(model, found[name], size, earlier)
    return {
        "25 who wait for an item": f"/v1/stock/waiting?item_id={waited}&warehouse_id={shop.warehouse}",
        "25 who hold an item": f"/v1/stock/holders?item_id={held}&warehouse_id={shop.warehouse}",
    }


def shipments(scene: Scene, size: int, write: Write) -> dict[str, str]:
    """Writes open shipments; returns the questions, and those about orders of a customer and of a month."""
    from chalicelib.fulfilment.shipments import tables
    from chalicelib.kernel import ids
    from chalicelib.kernel.dynamo import store
    from chalicelib.kernel.tenant import Tenant

    order = scene.confirmed()
    made = scene.acme.post("/v1/shipments", {"order_id": order["id"]}).ok()
    name = tables.shipment_ref(Tenant(scene.acme.tenant), made["id"])
    row = store.get_many([name])[name]
    write(tables.Shipment, row, size, lambda item, _: item.update(id={"S": ids.new("shp")}))
    month = str(order["ordered_at"])[:7]
    return {
        "Newest 25 shipments": "/v1/shipments",
        "25 open shipments": "/v1/shipments?open=true",
        "Newest 25 shipments of a month": f"/v1/shipments?month={month}",
        "Shipments of an order": f"/v1/shipments?order_id={order['id']}",
        "25 orders of a customer": f"/v1/sales-orders?customer_id={scene.customer}",
        "25 orders of a month": f"/v1/sales-orders?month={month}",
        "Revisions of an order": f"/v1/sales-orders/{order['id']}/revisions",
    }
