// Orders an item with the client that openapi-typescript and openapi-fetch make, and ships it. Prints what happened.
import createClient from "openapi-fetch";

import type { components, paths } from "./api.js";

declare const process: { argv: string[] };

type SalesOrder = components["schemas"]["SalesOrder"];

const [url, token] = process.argv.slice(2);
const api = createClient<paths>({ baseUrl: url, headers: { Authorization: `Bearer ${token}` } });

function key(): string {
  return crypto.randomUUID();
}

async function order(warehouse: string, item: string, quantity: string): Promise<SalesOrder> {
  const { data, error } = await api.POST("/v1/sales-orders", {
    params: { header: { "Idempotency-Key": key() } },
    body: {
      warehouse_id: warehouse,
      currency: "EUR",
      reservation: "full",
      lines: [{ item_id: item, quantity, unit_price: "9.5" }],
    },
  });
  if (error) throw new Error(error.code);
  return data;
}

function confirm(order: SalesOrder) {
  return api.POST("/v1/sales-orders/{order_id}/confirm", {
    params: { path: { order_id: order.id }, header: { "Idempotency-Key": key(), "If-Match": `"${order.version}"` } },
    body: {},
  });
}

async function available(order: SalesOrder): Promise<string> {
  const { error } = await confirm(order);
  if (!error) throw new Error("there was enough");
  // @ts-expect-error which refusal it is has to be asked first
  void error.shortages;
  // @ts-expect-error no operation has such a code
  if (error.code === "out_of_luck") throw new Error();
  switch (error.code) {
    case "insufficient_stock": {
      const status: 409 = error.status;
      return `${status} ${error.shortages[0].available}`;
    }
    case "transition_refused":
      throw new Error(`${error.current_status}, allowed: ${error.allowed_transitions.join()}`);
    default:
      throw new Error(error.code);
  }
}

async function ship(order: SalesOrder): Promise<SalesOrder> {
  const shipment = await api.POST("/v1/shipments", {
    params: { header: { "Idempotency-Key": key() } },
    body: { order_id: order.id, ship: { carrier: "DHL" } },
  });
  if (shipment.error) throw new Error(shipment.error.code);
  const { data, error } = await api.GET("/v1/sales-orders/{order_id}", { params: { path: { order_id: order.id } } });
  if (error) throw new Error(error.code);
  return data;
}

const items = await api.GET("/v1/items", { params: { query: { limit: 1 } } });
const warehouses = await api.GET("/v1/warehouses");
if (items.error) throw new Error(items.error.code);
if (warehouses.error) throw new Error(warehouses.error.code);
const [item, warehouse] = [items.data.data[0].id, warehouses.data.data[0].id];

const refused = await available(await order(warehouse, item, "8"));
const confirmed = await confirm(await order(warehouse, item, "5"));
if (confirmed.error) throw new Error(confirmed.error.code);
const shipped = await ship(confirmed.data);
console.log(JSON.stringify({ refused, status: shipped.status, total: shipped.totals?.total }));
