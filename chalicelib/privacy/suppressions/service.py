"""Notes whom an erasure takes out."""

from collections.abc import Iterable

from chalicelib.kernel.work import Work
from chalicelib.privacy.suppressions import tables
from chalicelib.privacy.suppressions.tables import Suppression

_MOST = 60
"""Rows of one commit; a person has few addresses, and few ids in other systems."""


def add(work: Work, request_id: str, emails: Iterable[str], references: Iterable[str]) -> None:
    """Adds the person of an erasure. emails: his addresses. references: what other systems call him."""
    tenant = work.tenant
    refs = {tables.email_ref(tenant, each) for each in emails} | {
        tables.external_ref(tenant, each) for each in references
    }
    for ref in [
        *sorted(refs, key=lambda each: str(each.range_key))[:_MOST],
        *([tables.any_ref(tenant)] if refs else []),
    ]:
        work.overwrite(
            Suppression(partition=ref.hash_key, token=str(ref.range_key), request_id=request_id, erased_at=work.now)
        )
