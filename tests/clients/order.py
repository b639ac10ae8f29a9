"""Orders an item with the client that openapi-python-client makes, and ships it. Prints what happened.

Run as `order.py URL TOKEN`.
"""

import json
import sys
import uuid

from novex_erp_client import AuthenticatedClient
from novex_erp_client.api.items import list_items
from novex_erp_client.api.sales_orders import confirm_sales_order, create_sales_order, read_sales_order
from novex_erp_client.api.shipments import create_shipment
from novex_erp_client.api.warehouses import list_warehouses
from novex_erp_client.models import (
    ConfirmSalesOrder,
    Consignment,
    InsufficientStockProblem,
    ItemPage,
    NewSalesOrder,
    NewSalesOrderLine,
    NewShipment,
    ReservationMode,
    SalesOrder,
    Shipment,
    WarehousePage,
)


def key() -> str:
    return uuid.uuid4().hex


def order(client: AuthenticatedClient, warehouse: str, item: str, quantity: str) -> SalesOrder:
    line = NewSalesOrderLine(item_id=item, quantity=quantity, unit_price="9.5")
    body = NewSalesOrder(warehouse_id=warehouse, currency="EUR", lines=[line], reservation=ReservationMode.FULL)
    made = create_sales_order.sync(client=client, body=body, idempotency_key=key())
    assert isinstance(made, SalesOrder), made
    return made


def main(url: str, token: str) -> None:
    client = AuthenticatedClient(base_url=url, token=token)
    items = list_items.sync(client=client, limit=1)
    assert isinstance(items, ItemPage), items
    warehouses = list_warehouses.sync(client=client)
    assert isinstance(warehouses, WarehousePage), warehouses
    item, warehouse = items.data[0].id, warehouses.data[0].id

    too_large = order(client, warehouse, item, "8")
    refused = confirm_sales_order.sync(
        too_large.id, client=client, body=ConfirmSalesOrder(), idempotency_key=key(), if_match=f'"{too_large.version}"'
    )
    assert isinstance(refused, InsufficientStockProblem), refused

    draft = order(client, warehouse, item, "5")
    confirmed = confirm_sales_order.sync(
        draft.id, client=client, body=ConfirmSalesOrder(), idempotency_key=key(), if_match=f'"{draft.version}"'
    )
    assert isinstance(confirmed, SalesOrder), confirmed
    shipment = create_shipment.sync(
        client=client, body=NewShipment(order_id=confirmed.id, ship=Consignment(carrier="DHL")), idempotency_key=key()
    )
    assert isinstance(shipment, Shipment), shipment
    shipped = read_sales_order.sync(confirmed.id, client=client)
    assert isinstance(shipped, SalesOrder), shipped
    print(json.dumps({"refused": f"{refused.status} {refused.shortages[0].available}", "status": shipped.status}))


if __name__ == "__main__":
    main(*sys.argv[1:])
