"""Checks of how a shipment is packed, without access to the store."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

import msgspec

from chalicelib.catalog.items import units
from chalicelib.fulfilment.shipments.package_schemas import Package, PackageContent, PackageTracking
from chalicelib.fulfilment.shipments.picking import Pick
from chalicelib.kernel.decimals import plain
from chalicelib.kernel.errors import FieldError, Invalid

_MOST_CONTENTS = 1000
"""The contents of all packages of a shipment together."""
_MOST_TRACKED = 40
"""Packages with a number of their own: one transaction takes back the rows of the former ones and writes the new."""


def check(packages: Sequence[Package], picks: Sequence[Pick]) -> None:
    """Invalid lists the errors of all packages: of their numbers, of how they lie in one another, of their contents."""
    problems = [
        *_number_errors(packages),
        *_tracked_errors(packages),
        *_nesting_errors(packages),
        *_content_errors(packages, picks),
    ]
    if problems:
        raise Invalid(errors=problems)


def _number_errors(packages: Sequence[Package]) -> Iterator[FieldError]:
    numbers = [package.number for package in packages]
    for index, number in enumerate(numbers):
        if number in numbers[:index]:
            yield FieldError(f"/packages/{index}/number", "repeated", "Another package has this number.")


def _tracked_errors(packages: Sequence[Package]) -> Iterator[FieldError]:
    if sum(1 for package in packages if package.tracking_number) > _MOST_TRACKED:
        says = f"At most {_MOST_TRACKED} packages can have a tracking number of their own."
        yield FieldError("/packages", "too_many", says)


def _nesting_errors(packages: Sequence[Package]) -> Iterator[FieldError]:
    parents = {package.number: package.parent for package in packages}
    for index, package in enumerate(packages):
        if package.parent is not None and package.parent not in parents:
            yield FieldError(f"/packages/{index}/parent", "unknown_package", "There is no package with this number.")
        elif _lies_in_itself(package.number, parents):
            yield FieldError(f"/packages/{index}/parent", "cycle", "The package would lie in itself.")


def _lies_in_itself(number: int, parents: Mapping[int, int | None]) -> bool:
    above = parents[number]
    for _ in parents:
        if above is None or above == number:
            break
        above = parents.get(above)
    return above == number


def _content_errors(packages: Sequence[Package], picks: Sequence[Pick]) -> Iterator[FieldError]:
    if sum(len(package.contents) for package in packages) > _MOST_CONTENTS:
        yield FieldError("/packages", "too_many", f"All packages together have at most {_MOST_CONTENTS} contents.")
        return
    left: dict[int, Decimal] = defaultdict(Decimal)
    for pick in picks:
        left[pick.line] += pick.quantity
    of_line = {pick.line: pick for pick in picks}
    for index, package in enumerate(packages):
        seen: set[int] = set()
        for place, content in enumerate(package.contents):
            at = f"/packages/{index}/contents/{place}"
            if content.line not in of_line:
                yield FieldError(f"{at}/line", "unknown_line", "The shipment has nothing of this line.")
                continue
            if content.line in seen:
                yield FieldError(f"{at}/line", "repeated", "This line is given twice for the package.")
            seen.add(content.line)
            left[content.line] -= content.quantity
            yield from _quantity_errors(content, of_line[content.line], left[content.line], f"{at}/quantity")


def _quantity_errors(content: PackageContent, pick: Pick, left: Decimal, pointer: str) -> Iterator[FieldError]:
    yield from units.errors(content.quantity, pick.unit, pointer)
    if left < 0:
        says = f"The packages up to this one have {plain(-left)} more of {pick.sku} than the shipment."
        yield FieldError(pointer, "too_much", says)


def tracked(packages: Sequence[Package], changes: Sequence[PackageTracking]) -> list[Package]:
    """The packages with their new tracking numbers. Invalid lists the errors of all changes."""
    known = {package.number: package for package in packages}
    numbers = [change.number for change in changes]
    problems = [
        FieldError(f"/packages/{index}/number", code, says)
        for index, number in enumerate(numbers)
        for code, says, is_wrong in (
            ("unknown_package", "There is no package with this number.", number not in known),
            ("repeated", "This package is given twice.", number in numbers[:index]),
        )
        if is_wrong
    ]
    for change in changes:
        if change.number in known:
            package = known[change.number]
            known[change.number] = msgspec.structs.replace(package, tracking_number=change.tracking_number)
    found = list(known.values())
    problems += _tracked_errors(found)
    if problems:
        raise Invalid(errors=problems)
    return found
