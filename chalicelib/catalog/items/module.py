"""The declaration of items."""

from chalicelib.access.roles import READERS, Role, admin_and
from chalicelib.kernel.bulk import BulkKind
from chalicelib.kernel.declaration import BY_USE_CASES, Module
from chalicelib.kernel.names import Nameable
from chalicelib.kernel.scans import Scannable
from chalicelib.kernel.searches import FoundBy, Searchable

MODULE = Module(
    "catalog.items",
    routes="routes",
    tables=("tables",),
    writers={"items": BY_USE_CASES},
    events="events",
    permissions={
        "item.read": READERS,
        "item.cost": admin_and(Role.PURCHASING, Role.PRODUCTION, Role.ACCOUNTING, Role.ANALYST, Role.AUTOMATION),
        "item.write": admin_and(Role.PURCHASING, Role.PRODUCTION, Role.AUTOMATION),
    },
    samples="samples",
    searches=(
        Searchable("item", ("itm",), FoundBy.TEXTS | FoundBy.CODES, "searching.documents", permission="item.read"),
    ),
    scans=(Scannable("item", "scanning.find", permission="item.read"),),
    names=(Nameable("item", "service.names", fields=("item_id",), permission="item.read"),),
    bulk=(BulkKind("items", "bulk.ITEMS", read="item.read", write="item.write"),),
    public={
        "identity_schemas": "schemas, in a file of their own because of its length",
        "tracking": "stock asks how an item is tracked",
        "named": "requests name items by id or by SKU, many at once",
        "tables": "the self-check compares the rows, page by page",
        "units": "whoever takes a quantity of an item checks it against the item's unit",
        "conversions": "lines of documents take quantities in any unit of an item",
        "unit_schemas": "lines of documents have fields of these types",
        "kit_schemas": "what has stock depends on the kind of an item",
    },
)
