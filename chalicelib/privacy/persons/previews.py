"""What an erasure does, summed up by table."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from chalicelib.kernel.privacy import Kept
from chalicelib.privacy.persons.erasing import Plan
from chalicelib.privacy.persons.schemas import ErasedPersonData, ErasurePreview, KeptPersonData
from chalicelib.privacy.persons.tables import PersonFinding


@dataclass
class _Sum:
    rows: int = 0
    files: int = 0
    bytes: int = 0
    fields: dict[str, None] = field(default_factory=dict)


def preview(plans: Iterable[tuple[PersonFinding, Plan]], waiting: int) -> ErasurePreview:
    """The sums of plans."""
    gone: dict[str, _Sum] = {}
    stays: dict[tuple[str, Kept], _Sum] = {}
    for finding, plan in plans:
        if not plan.is_empty:
            found = gone.setdefault(finding.table, _Sum())
            found.rows += 1
            found.files += len(plan.objects)
            found.bytes += finding.bytes
            found.fields |= dict.fromkeys([*(leaf.field for leaf in plan.leaves), *plan.objects])
        for kept, fields in plan.kept:
            of_reason = stays.setdefault((finding.table, kept), _Sum())
            of_reason.rows += 1
            of_reason.fields |= dict.fromkeys(fields)
    return ErasurePreview(
        erased=[
            ErasedPersonData(table=table, rows=each.rows, fields=list(each.fields), files=each.files, bytes=each.bytes)
            for table, each in sorted(gone.items())
        ],
        kept=[
            KeptPersonData(table=table, fields=list(each.fields), basis=kept.basis, until=kept.until, rows=each.rows)
            for (table, kept), each in stays.items()
        ],
        waiting=waiting,
    )
