"""Every table of the product: what the sweep, redaction, local tables and the template generator go by; and every
module that reacts to the feed or does a kind of job.
"""

from types import ModuleType

from chalicelib.access import access_state, rate_limit
from chalicelib.audit.access_log import tables as access_log
from chalicelib.catalog.items import tables as items
from chalicelib.egress import tables as egress
from chalicelib.events import tables as events
from chalicelib.fulfilment.shipments import staged as shipments_staged
from chalicelib.fulfilment.shipments import tables as shipments
from chalicelib.identity.logout import tables as logout
from chalicelib.identity.tenants import service as tenants_service
from chalicelib.identity.tenants import tables as tenants
from chalicelib.identity.users import sync as users_sync
from chalicelib.identity.users import tables as users
from chalicelib.integrations.connections import tables as connections
from chalicelib.integrations.inbox import tables as inbox
from chalicelib.integrations.mappings import tables as mappings
from chalicelib.inventory.stock import blocking as stock_blocking
from chalicelib.inventory.stock import tables as stock
from chalicelib.inventory.warehouses import tables as warehouses
from chalicelib.jobs import queue as jobs_queue
from chalicelib.jobs import tables as jobs
from chalicelib.kernel import idempotency, journal, numbering, quotas, uniques
from chalicelib.kernel.dynamo.model import Row
from chalicelib.parties.customers import tables as customers
from chalicelib.privacy.retention import rules as retention_rules
from chalicelib.privacy.retention import tables as retention
from chalicelib.reporting.stock_check import service as stock_check_service
from chalicelib.sales.demand import service as demand_service
from chalicelib.sales.demand import tables as demand
from chalicelib.sales.orders import staged as orders_staged
from chalicelib.sales.orders import tables as orders

TABLES: tuple[type[Row], ...] = (
    numbering.Counter,
    uniques.Unique,
    journal.Entry,
    idempotency.StoredAnswer,
    quotas.Quota,
    access_state.AccessState,
    rate_limit.RateWindow,
    access_log.AccessLogEntry,
    events.Head,
    events.Position,
    events.Parked,
    jobs.Job,
    egress.Disclosure,
    tenants.Tenant,
    users.User,
    logout.LogoutToken,
    connections.Connection,
    connections.IndexEntry,
    connections.Claim,
    inbox.Delivery,
    mappings.Mapping,
    customers.Customer,
    customers.CustomerEmail,
    items.Item,
    warehouses.Warehouse,
    warehouses.Location,
    stock.Balance,
    stock.Movement,
    orders.SalesOrder,
    orders.SalesOrderContent,
    demand.Demand,
    shipments.Shipment,
    retention.RetentionLease,
    retention.RetentionRunRow,
    retention.RetentionCount,
)
retention_rules.install(TABLES)

CONSUMERS: tuple[ModuleType, ...] = (
    jobs_queue,
    tenants_service,
    users_sync,
    orders_staged,
    shipments_staged,
    demand_service,
    stock_blocking,
    stock_check_service,
)
"""Modules with consumers of the feed or handlers of jobs: importing them registers these."""
