"""Composition root: the API and its blueprints; no logic."""

from chalicelib.access.authorizer import authorize, blueprint as authorizer
from chalicelib.catalog.items.routes import routes as items
from chalicelib.edge.api import Api

app = Api("novex", [authorizer, items], authorize)
