"""The declaration of connections."""

from chalicelib.access.roles import Role, admin_and
from chalicelib.kernel.declaration import BY_USE_CASES, Module
from chalicelib.kernel.searches import FoundBy, Searchable

MODULE = Module(
    "integrations.connections",
    routes="routes",
    tables=("tables",),
    writers={
        "connections": BY_USE_CASES,
        "connection_index": BY_USE_CASES,
        "connection_claims": BY_USE_CASES,
    },
    events="events",
    permissions={
        "connection.read": admin_and(Role.AUDITOR, Role.PRIVACY_OFFICER),
        "connection.write": admin_and(),
    },
    searches=(
        Searchable(
            "connection", ("con",), FoundBy.TEXTS | FoundBy.CODES, "searching.documents", permission="connection.read"
        ),
    ),
    samples="samples",
    quotas=("service.QUESTIONS",),
)
