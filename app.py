"""Composition root: the API over the modules; no logic."""

import gc

gc.disable()  # what imports make is no garbage: looking for some takes a tenth of a cold start

import botocore.session  # noqa: E402, F401 - measured: imported from deep within other imports it takes a fifth longer

from chalicelib import modules  # noqa: E402
from chalicelib.edge.api import Api  # noqa: E402
from chalicelib.kernel import config  # noqa: E402

app = Api("novex", modules.MODULES)
if not config.is_in_lambda():  # the template is made from it; a deployed process needs only the routes
    from chalicelib.access.authorizer import authorize

    app.describe(authorize, modules.functions())
gc.freeze()
gc.enable()
