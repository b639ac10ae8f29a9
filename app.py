"""Composition root: the API and its blueprints; no logic."""

from chalicelib.access.authorizer import authorize
from chalicelib.access.authorizer import blueprint as authorizer
from chalicelib.audit.access_log.routes import routes as access_log
from chalicelib.audit.routes import routes as audit
from chalicelib.catalog.items.routes import routes as items
from chalicelib.edge.api import Api
from chalicelib.edge.system.routes import routes as system
from chalicelib.fulfilment.shipments.routes import routes as shipments
from chalicelib.functions.access_log import blueprint as access_log_intake
from chalicelib.functions.feed import blueprint as feed
from chalicelib.functions.inbox import blueprint as inbox_queue
from chalicelib.functions.jobs import blueprint as job_queue
from chalicelib.functions.retention import blueprint as sweep
from chalicelib.functions.schedules import blueprint as schedules
from chalicelib.functions.tenants import blueprint as tenant_management
from chalicelib.identity.logout.routes import routes as logout
from chalicelib.identity.tenants.routes import routes as tenants
from chalicelib.identity.users.routes import routes as users
from chalicelib.integrations.connections.routes import routes as connections
from chalicelib.integrations.inbox.routes import routes as inbox
from chalicelib.integrations.shopify.routes import routes as shopify
from chalicelib.inventory.stock.routes import routes as stock
from chalicelib.inventory.warehouse_access.routes import routes as warehouse_access
from chalicelib.inventory.warehouses.routes import routes as warehouses
from chalicelib.jobs.routes import routes as jobs
from chalicelib.parties.customers.routes import routes as customers
from chalicelib.privacy.disclosures.routes import routes as disclosures
from chalicelib.privacy.retention.routes import routes as retention
from chalicelib.reporting.stock_check.routes import routes as stock_check
from chalicelib.sales.demand.routes import routes as demand
from chalicelib.sales.orders.routes import routes as orders

BLUEPRINTS = (
    authorizer,
    access_log,
    access_log_intake,
    audit,
    connections,
    customers,
    feed,
    demand,
    disclosures,
    inbox,
    inbox_queue,
    items,
    job_queue,
    jobs,
    logout,
    orders,
    shipments,
    shopify,
    retention,
    schedules,
    stock,
    stock_check,
    sweep,
    system,
    tenant_management,
    tenants,
    warehouse_access,
    users,
    warehouses,
)

app = Api("novex", BLUEPRINTS, authorize)
