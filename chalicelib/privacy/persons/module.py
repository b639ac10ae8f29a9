"""The declaration of searches for persons' data."""

from chalicelib.access.roles import Role, admin_and
from chalicelib.kernel.declaration import BY_USE_CASES, Module, Writers

MODULE = Module(
    "privacy.persons",
    routes="routes",
    tables=("tables",),
    writers={
        "person_searches": BY_USE_CASES,
        "person_findings": Writers(put=BY_USE_CASES.put, batch=frozenset({"run_jobs"})),
    },
    jobs=("search_job", "erasure_job", "package_job"),
    events="events",
    permissions={
        "person_data.read": admin_and(Role.PRIVACY_OFFICER, Role.AUDITOR),
        "person_data.manage": admin_and(Role.PRIVACY_OFFICER),
    },
    samples="samples",
)
