"""The declaration of sub-processors and processor terms."""

from chalicelib.access.roles import Role, admin_and
from chalicelib.kernel.declaration import ADDED_BY_USE_CASES, BY_USE_CASES, Module

MODULE = Module(
    "privacy.processors",
    routes="routes",
    tables=("tables",),
    writers={"processor_objections": BY_USE_CASES, "processor_acceptances": ADDED_BY_USE_CASES},
    events="events",
    permissions={
        "processor_objection.read": admin_and(Role.PRIVACY_OFFICER, Role.AUDITOR),
        "processor_objection.write": admin_and(),
        "processor_terms.accept": admin_and(),
    },
    samples="samples",
)
