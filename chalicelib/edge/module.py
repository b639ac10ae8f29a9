"""What the HTTP edge declares."""

from chalicelib.kernel.declaration import Module

MODULE = Module(
    "edge",
    public={
        "endpoint": "how routes are declared",
        "incoming": "what a route without a token is given",
    },
)
