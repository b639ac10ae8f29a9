"""The declaration of the suppression ledger."""

from chalicelib.kernel.declaration import BY_USE_CASES, Module
from chalicelib.kernel.extensions import Extension

MODULE = Module(
    "privacy.suppressions",
    tables=("tables",),
    writers={"privacy_suppressions": BY_USE_CASES},
    extensions=(Extension("imported", "parties", submodule="imports"),),
)
