"""The declaration of the kernel."""

from chalicelib.kernel.declaration import ADDED_BY_USE_CASES, BY_USE_CASES, USE_CASES, Module, Writers

MODULE = Module(
    "kernel",
    tables=("numbering", "uniques", "journal", "open_tenants", "idempotency", "quotas"),
    writers={
        "counters": BY_USE_CASES,
        "uniques": BY_USE_CASES,
        "journal": Writers(put=USE_CASES, batch=frozenset({"sequence_journal", "reconcile"})),
        "open_tenants": ADDED_BY_USE_CASES,
        "idempotency": ADDED_BY_USE_CASES,
        "quotas": BY_USE_CASES,
    },
)
