"""The declaration of access."""

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
        "access_state": "users, tenants and sessions change their access states",
        "logout": "the back-channel route verifies logout tokens",
        "sandbox": "what is done for a tenant outside of its requests goes by the tenant's time",
        "permissions": "routes declare SELF or PUBLIC, and /v1/me shows the caller's permissions",
        "roles": "modules assign their permissions to roles, and users have roles",
        "step_up": "a recent login proves who asks for his data",
        "scope": "routes declare how they treat limited callers",
        "expected": "the error of a refused token",
    },
)
