"""Every package of the product. A new resource is a folder with a `module.py`, and a line here."""

from chalicelib.kernel.declaration import blueprints, load_reactions, register, tables, writers

__all__ = ["MODULES", "blueprints", "load_reactions", "tables", "writers"]

MODULES = register(
    (
        "kernel",
        "access",
        "egress",
        "edge",
        "edge.system",
        "events",
        "jobs",
        "audit",
        "audit.access_log",
        "identity",
        "identity.tenants",
        "identity.users",
        "identity.logout",
        "catalog.items",
        "parties.customers",
        "inventory.warehouses",
        "inventory.stock",
        "inventory.warehouse_access",
        "sales.orders",
        "sales.demand",
        "fulfilment.shipments",
        "integrations.connections",
        "integrations.inbox",
        "integrations.mappings",
        "integrations.shopify",
        "privacy.disclosures",
        "privacy.retention",
        "reporting.stock_check",
        "functions",
    )
)
