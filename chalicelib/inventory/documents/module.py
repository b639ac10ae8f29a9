"""The declaration of stock documents."""

from chalicelib.access.roles import Role, admin_and
from chalicelib.kernel.bulk import BulkKind
from chalicelib.kernel.declaration import BY_USE_CASES, Module
from chalicelib.kernel.extensions import Extension
from chalicelib.kernel.scans import Scannable
from chalicelib.kernel.searches import FoundBy, Searchable

MODULE = Module(
    "inventory.documents",
    routes="routes",
    tables=("tables",),
    writers={"stock_documents": BY_USE_CASES, "stock_document_parts": BY_USE_CASES},
    jobs=("staged",),
    events="events",
    permissions={
        "stock.receive": admin_and(Role.WAREHOUSE, Role.PURCHASING, Role.AUTOMATION),
        "stock.adjust": admin_and(Role.WAREHOUSE, Role.AUTOMATION),
        "stock.transfer": admin_and(Role.WAREHOUSE, Role.AUTOMATION),
    },
    samples="samples",
    bulk=(
        BulkKind("opening_stock", "bulk.OPENING_STOCK", read="stock.read", write="stock.adjust"),
        BulkKind("stock_receipts", "bulk.STOCK_RECEIPTS", read="stock.read", write="stock.receive"),
        BulkKind("stock_transfers", "bulk.STOCK_TRANSFERS", read="stock.read", write="stock.transfer"),
        BulkKind("stock_counts", "bulk.STOCK_COUNTS", read="stock.read", write="stock.adjust"),
        BulkKind("keeper_statements", "bulk.KEEPER_STATEMENTS", read="stock.read", write="stock.adjust"),
    ),
    extensions=tuple(Extension("moved_by", prefix, submodule="movements") for prefix in ("opn", "rcv", "adj", "trf")),
    searches=(
        Searchable(
            "stock_document",
            ("opn", "rcv", "adj", "trf"),
            FoundBy.CODES,
            "searching.documents",
            permission="stock.read",
        ),
    ),
    scans=(Scannable("stock_document", "scanning.find", permission="stock.read"),),
)
