"""Rules of reading stock, without access to the store."""

import csv
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from decimal import Decimal
from typing import TypeVar

from chalicelib.catalog.items.kit_schemas import KitComponent
from chalicelib.inventory.stock.level_schemas import MAX_SKUS
from chalicelib.kernel.codes import folded
from chalicelib.kernel.errors import BadRequest, FieldError

K = TypeVar("K", bound=Hashable)


def whole_kits(components: Sequence[KitComponent], available: Mapping[str, Decimal]) -> Decimal:
    """How many whole kits the available quantities of their stocked components, by item id, suffice for; 0 for a kit
    without stocked components."""
    enough = [
        max(Decimal(0), available[part.item_id]) // part.quantity for part in components if part.item_id in available
    ]
    return min(enough, default=Decimal(0))


def requested_skus(given: str) -> list[str]:
    """The SKUs of a comma-separated list, in quotes where they have commas (RFC 4180), without duplicates. BadRequest
    for none, and for more than 100."""
    spelled = [sku.strip() for sku in next(csv.reader([given], skipinitialspace=True))]
    skus = list({folded(sku): sku for sku in spelled if sku}.values())
    if not 0 < len(skus) <= MAX_SKUS:
        detail = f"Give 1 to {MAX_SKUS} SKUs."
        raise BadRequest(detail, errors=[FieldError("/query/skus", "wrong_count", detail)])
    return skus


def last_true(highest: Mapping[K, int], holds: Callable[[Mapping[K, int]], Collection[K]]) -> dict[K, int]:
    """For each key the last number of 1 to its highest that holds, 0 for none. holds: the keys whose number does; after
    the first one that does not, none may.

    A binary search for all keys at once: for 100,000 numbers it calls `holds` about 17 times.
    """
    bounds = {key: (0, high) for key, high in highest.items()}
    while asked := {key: (low + high + 1) // 2 for key, (low, high) in bounds.items() if low < high}:
        held = holds(asked)
        for key, middle in asked.items():
            low, high = bounds[key]
            bounds[key] = (middle, high) if key in held else (low, middle - 1)
    return {key: low for key, (low, _) in bounds.items()}
