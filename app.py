"""Composition root: the API and its blueprints; no logic."""

from chalicelib.access.authorizer import authorize, blueprint as authorizer
from chalicelib.catalog.items.routes import routes as items
from chalicelib.edge.api import Api
from chalicelib.edge.system.routes import routes as system
from chalicelib.inventory.stock.routes import routes as stock
from chalicelib.inventory.warehouses.routes import routes as warehouses
from chalicelib.parties.customers.routes import routes as customers

app = Api("novex", [authorizer, customers, items, warehouses, stock, system], authorize)
