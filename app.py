"""Composition root: the API over the modules; no logic."""

from chalicelib import modules
from chalicelib.access.authorizer import authorize
from chalicelib.edge.api import Api

app = Api("novex", modules.blueprints(), authorize)
