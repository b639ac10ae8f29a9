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
        "access_state": "users, tenants and logins change theirs",
        "logout": "the back-channel route believes what the realm has signed",
        "permissions": "routes that need no permission of a module name theirs, and /v1/me shows them",
        "roles": "modules give their permissions to them, and users are given them",
        "scope": "routes say what they do about limited callers",
        "tokens": "what a signed token is refused for",
    },
)
