"""The declaration of the HTTP edge."""

from chalicelib.kernel.declaration import Module

MODULE = Module(
    "edge",
    public={
        "endpoint": "how routes are declared",
        "incoming": "the request of a public route",
    },
)
