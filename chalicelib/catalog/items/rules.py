"""Rules of items, without access to the store."""

from collections.abc import Sequence

from chalicelib.catalog.items.schemas import ItemRow
from chalicelib.kernel.errors import FieldError, Invalid, repeats


def check_barcodes(barcodes: Sequence[str]) -> None:
    """Invalid when a barcode is repeated."""
    problems = repeats("/barcodes", barcodes)
    if problems:
        raise Invalid(errors=problems)


def check_rows(rows: Sequence[ItemRow]) -> list[FieldError]:
    """An error for each unique value that an earlier row or the same row of the request contains already."""
    problems: list[FieldError] = []
    seen: set[tuple[str, str]] = set()
    for index, row in enumerate(rows):
        requested = [("sku", row.sku), *(("barcodes", code) for code in row.barcodes or ())]
        requested += [("external_refs", ref.value) for ref in row.external_refs or ()]
        for field, value in requested:
            if (field, value) in seen:
                problems.append(FieldError(f"/items/{index}/{field}", "repeated", "Given twice in this request."))
            seen.add((field, value))
    return problems
