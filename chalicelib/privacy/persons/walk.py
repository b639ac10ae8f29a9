"""Goes through all of a tenant's rows in which something of a person may be, partition by partition, by queries. Tables
come in the order of the packages, so what a row is about comes before the row."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import cache
from typing import NamedTuple

import msgspec

from chalicelib.kernel import clock, declaration
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.dynamo.model import Document, Row
from chalicelib.kernel.months import FIRST, month_after
from chalicelib.kernel.privacy import ONE_YEAR_DAYS, Partitions
from chalicelib.kernel.tenant import Tenant

_PAGE = 200
Key = dict[str, dict[str, str]]


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """How far the walk is. table, bucket: their numbers in the order of the walk. key: the last row that was read."""

    table: int = 0
    bucket: int = 0
    key: Key | None = None


class Seen(NamedTuple):
    """A row, and the document that it is a part of."""

    row: Row
    whole: Document | None = None


class Page(NamedTuple):
    """Some rows, each followed by its parts. table: whose they are; None after the last. next: where to go on."""

    table: type[Row] | None
    rows: list[Seen]
    next: Place


@cache
def tables() -> list[type[Row]]:
    """The tables that are gone through, without those whose rows are parts of documents."""
    return [
        model
        for model in declaration.tables()
        if model.persons is not None and model.persons.partitions not in (None, Partitions.DOCUMENTS)
    ]


def page(tenant: Tenant, place: Place) -> Page:
    """The rows at a place."""
    if place.table >= len(tables()):
        return Page(None, [], place)
    model = tables()[place.table]
    keys = _buckets(tenant, model)
    partition = model.get_attributes()[model.key_names()[0]]
    found = store.query(model, partition == keys[place.bucket], start=place.key, limit=_PAGE, consistent=False)
    rows = [each for item in found.items for each in _with_parts(tenant, model.read(item))]
    if found.next_key is not None:
        return Page(model, rows, Place(table=place.table, bucket=place.bucket, key=found.next_key))
    if place.bucket + 1 < len(keys):
        return Page(model, rows, Place(table=place.table, bucket=place.bucket + 1))
    return Page(model, rows, Place(table=place.table + 1))


def _with_parts(tenant: Tenant, row: Row) -> Iterator[Seen]:
    yield Seen(row)
    if isinstance(row, Document):
        for model in row.parts:
            if model.persons is not None:
                partition = model.get_attributes()[model.key_names()[0]]
                for part in store.query_all(model, partition == tenant.key(row.id), consistent=False):
                    yield Seen(part, row)


def _buckets(tenant: Tenant, model: type[Row]) -> Sequence[str]:
    """The partitions of a tenant, as they are by now: those of months to come are none yet."""
    partitions = model.persons.partitions if model.persons else None
    if partitions is Partitions.ONE:
        return [tenant.key()]
    today = max(clock.now(), clock.real()).date()
    if partitions is Partitions.MONTHS:
        months = [FIRST]
        while months[-1] < today.isoformat()[:7]:
            months.append(month_after(months[-1]))
        return [tenant.key(month) for month in months]
    days = (today - timedelta(days=number) for number in range(ONE_YEAR_DAYS + 7))
    return [tenant.key(day.isoformat()) for day in days]
