"""The versions of the API and what changed between them: the one place where an incompatible change is declared.

The code knows only the newest form. A version that is added here needs the sunset of the one before it, at least a year
later; a version whose sunset has passed can be removed with the changes of the next one.
"""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import pairwise

from chalicelib.edge.versions.change import Change, Version, renamed
from chalicelib.kernel.deprecation import Deprecation, midnight

VERSIONS: tuple[Version, ...] = (
    Version(date(2026, 11, 1), sunset=date(2027, 12, 1)),
    Version(
        date(2026, 11, 26),
        changes=(
            Change(
                summary="`shipments` of a sales order, the ids of its shipments, is called `shipment_ids`.",
                instead="Read `shipment_ids` in place of `shipments`, in sales orders and in `fields` of the feed.",
                types={"SalesOrder": renamed(shipment_ids="shipments")},
                feed={"sales_order": {"shipment_ids": "shipments"}},
            ),
        ),
    ),
)
"""All supported versions, the oldest first."""


def newest() -> str:
    """The version that the code implements."""
    return VERSIONS[-1].name


def supported(now: datetime) -> list[str]:
    """The versions whose sunset has not passed, the oldest first."""
    return [version.name for version in VERSIONS if version.sunset is None or now < midnight(version.sunset)]


def in_force(pinned: str | None, now: datetime) -> str:
    """The version of a tenant: the pinned one; the oldest supported one when that has ended, or when there is none,
    because the tenant was made before there were versions."""
    available = supported(now)
    return pinned if pinned in available else available[0]


def after(name: str) -> Sequence[Version]:
    """The versions after one, the newest first."""
    return [version for version in reversed(VERSIONS) if version.name > name]


def deprecation(name: str) -> Deprecation | None:
    """The deprecation of a version: since the next one was released. None for the newest."""
    for version, following in pairwise(VERSIONS):
        if version.name == name:
            instead = f"Send Novex-Version: {newest()}, or pin it in the tenant's settings."
            return Deprecation(following.released, version.sunset, instead)
    return None
