"""What identity declares."""

from chalicelib.kernel.declaration import Module

MODULE = Module(
    "identity",
    public={
        "admin_api": "the operator's function distinguishes an outage of Keycloak from a refusal",
        "keycloak": "the operator's function makes organizations",
        "organization_roles": "the operator's function and commands make the groups of roles",
    },
)
