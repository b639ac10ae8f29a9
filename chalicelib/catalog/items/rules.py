"""Decisions about items that need no store."""

from collections.abc import Sequence

from chalicelib.catalog.items.schemas import NewItem
from chalicelib.kernel.errors import FieldError, Invalid


def check_row(row: NewItem, pointer: str = "") -> None:
    """Invalid when a list of unique values repeats itself."""
    problems = [FieldError(f"{pointer}/barcodes/{i}", "repeated", "Given twice.") for i in _repeats(row.barcodes)]
    systems = [ref.value for ref in row.external_refs]
    problems += [FieldError(f"{pointer}/external_refs/{i}", "repeated", "Given twice.") for i in _repeats(systems)]
    if problems:
        raise Invalid(errors=problems)


def check_rows(rows: Sequence[NewItem]) -> list[FieldError]:
    """Values that two rows of one request both want: whoever comes second is told."""
    problems: list[FieldError] = []
    seen: set[tuple[str, str]] = set()
    for index, row in enumerate(rows):
        wanted = [("sku", row.sku), *(("barcodes", code) for code in row.barcodes)]
        wanted += [("external_refs", ref.value) for ref in row.external_refs]
        for field, value in wanted:
            if (field, value) in seen:
                problems.append(FieldError(f"/items/{index}/{field}", "repeated", "Another row has the same value."))
            seen.add((field, value))
    return problems


def _repeats(values: Sequence[str]) -> list[int]:
    return [index for index, value in enumerate(values) if value in values[:index]]
