"""The declaration of access."""

from chalicelib.kernel.declaration import Module, Writers, written_by

MODULE = Module(
    "access",
    tables=("tables", "rate_limit", "privacy_signals"),
    writers={
        "access_states": written_by("api_handler", "run_jobs", "manage_tenants"),
        "rate_windows": Writers(update=frozenset({"api_handler"})),
        "privacy_signals": Writers(put=frozenset({"api_handler"})),
    },
    events="events",
    functions=("authorizer",),
    public={
        "access_state": "users, tenants and sessions change their access states",
        "logout": "the back-channel route verifies logout tokens",
        "sandbox": "what is done for a tenant outside of its requests goes by the tenant's time",
        "permissions": "routes declare SELF or PUBLIC, and /v1/me shows the caller's permissions",
        "policy": "the policy tells which of its versions count",
        "tables": "the readiness check reads a row that every request reads",
        "roles": "modules assign their permissions to roles, and users have roles",
        "privacy_signals": "the endpoint records the signals of browsers, and privacy lists them",
        "step_up": "a recent login proves who asks for his data",
        "scope": "routes declare how they treat limited callers",
        "expected": "the error of a refused token",
    },
)
