"""The declaration of price lists."""

from chalicelib.access.roles import READERS, Role, admin_and
from chalicelib.kernel.bulk import BulkKind
from chalicelib.kernel.declaration import BY_USE_CASES, Module
from chalicelib.kernel.names import Nameable

MODULE = Module(
    "catalog.price_lists",
    routes="routes",
    tables=("tables",),
    writers={"price_lists": BY_USE_CASES, "active_price_lists": BY_USE_CASES, "item_prices": BY_USE_CASES},
    events="events",
    permissions={"price.read": READERS, "price.write": admin_and(Role.SALES, Role.AUTOMATION)},
    samples="samples",
    bulk=(BulkKind("prices", "bulk.PRICES", read="price.read", write="price.write"),),
    public={"finding_schemas": "documents ask for prices, and store where these are from"},
    names=(Nameable("price_list", "service.names", fields=("price_list_id",), permission="price.read"),),
)
