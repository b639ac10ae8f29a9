"""Every table of the product: what the sweep, redaction, local tables and the template generator go by."""

from chalicelib.access import revocations
from chalicelib.catalog.items import tables as items
from chalicelib.inventory.stock import tables as stock
from chalicelib.inventory.warehouses import tables as warehouses
from chalicelib.kernel import idempotency, journal, numbering, uniques
from chalicelib.kernel.dynamo.model import Row
from chalicelib.parties.customers import tables as customers

TABLES: tuple[type[Row], ...] = (
    numbering.Counter,
    uniques.Unique,
    journal.Entry,
    idempotency.StoredAnswer,
    revocations.Revocation,
    customers.Customer,
    customers.CustomerEmail,
    items.Item,
    warehouses.Warehouse,
    warehouses.Location,
    stock.Balance,
    stock.Movement,
)
