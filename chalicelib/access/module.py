"""What access declares."""

from chalicelib.kernel.declaration import Module, Writers, written_by

MODULE = Module(
    "access",
    tables=("access_state", "rate_limit"),
    writers={
        "access_states": written_by("api_handler", "run_jobs", "manage_tenants"),
        "rate_windows": Writers(update=frozenset({"api_handler"})),
    },
    events="events",
    functions=("authorizer",),
    public={
        "access_state": "the endpoint decorator looks at it on every request, and users and tenants change theirs",
        "expiry": "the gateway keeps the authorizer's answer longer than a token may live",
        "logout": "the back-channel route believes what the realm has signed",
        "permissions": "routes that need no permission of a module name theirs, and /v1/me shows them",
        "rate_limit": "the endpoint decorator counts every request of a caller",
        "refusals": "the endpoint decorator journals those of dangerous operations",
        "roles": "modules give their permissions to them, and users are given them",
        "scope": "routes say what they do about limited callers",
        "step_up": "the endpoint decorator asks for a recent login",
        "tokens": "what a signed token is refused for",
    },
)
