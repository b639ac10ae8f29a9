"""The Lambda functions that are not the API."""

from chalicelib.kernel.declaration import Module

MODULE = Module(
    "functions",
    functions=("access_log", "consumers", "feed", "inbox", "jobs", "retention", "schedules", "tenants"),
)
