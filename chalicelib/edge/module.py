"""The declaration of the HTTP edge."""

from chalicelib.kernel.declaration import Module

MODULE = Module(
    "edge",
    public={
        "page": "packages with pages for people make them alike",
        "decode": "rows of an imported file are decoded as bodies of requests are",
        "endpoint": "how routes are declared",
        "incoming": "the request of a public route",
        "index": "the access log stores the route of a path; functions hide the same names in their logs",
        "router": "the access log knows the gateway's greedy path",
        "versions.history": "the tenant's settings pin one of the versions of the API",
    },
)
