"""The declaration of back-channel logout."""

from chalicelib.kernel.declaration import Module, written_by

MODULE = Module(
    "identity.logout",
    routes="routes",
    tables=("tables",),
    writers={"logout_tokens": written_by("api_handler")},
)
