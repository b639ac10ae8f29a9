"""The declaration of the public form."""

from chalicelib.kernel.declaration import BY_USE_CASES, Module

MODULE = Module(
    "privacy.forms",
    routes="routes",
    tables=("tables",),
    writers={"privacy_forms": BY_USE_CASES, "privacy_form_links": BY_USE_CASES},
    events="events",
    samples="samples",
    quotas=("service.REQUESTS",),
)
