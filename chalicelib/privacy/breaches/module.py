"""The declaration of the breach register."""

from chalicelib.access.roles import Role, admin_and
from chalicelib.kernel.counts import Count
from chalicelib.kernel.declaration import ADDED_BY_USE_CASES, BY_USE_CASES, Module

MODULE = Module(
    "privacy.breaches",
    routes="routes",
    tables=("tables",),
    writers={"breaches": BY_USE_CASES, "breach_notifications": ADDED_BY_USE_CASES},
    events="events",
    counts=(
        Count(
            "open_breaches",
            "service.count_open",
            permission="breach.read",
            meaning="Personal data breaches that are not closed.",
        ),
        Count(
            "overdue_breaches",
            "service.count_overdue",
            permission="breach.read",
            meaning="Personal data breaches of which a deadline has passed.",
        ),
    ),
    permissions={
        "breach.read": admin_and(Role.PRIVACY_OFFICER, Role.AUDITOR),
        "breach.manage": admin_and(Role.PRIVACY_OFFICER),
    },
    samples="samples",
)
