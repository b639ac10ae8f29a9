"""Composition root: the API over the modules; no logic."""

import gc

gc.disable()  # what imports make is no garbage: looking for some takes a tenth of a cold start

from chalicelib import modules  # noqa: E402
from chalicelib.access.authorizer import authorize  # noqa: E402
from chalicelib.edge.api import Api  # noqa: E402

app = Api("novex", modules.blueprints(), authorize)
gc.freeze()
gc.enable()
