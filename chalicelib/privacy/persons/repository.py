"""Searches and their findings in the store. Findings are written by the search's job alone, row by row, and may be
written again."""

import hashlib
from collections.abc import Iterable, Sequence

from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.dynamo.model import Row
from chalicelib.kernel.tenant import Tenant, compound, parts_of
from chalicelib.kernel.work import Work
from chalicelib.privacy.data_map import service as data_map
from chalicelib.privacy.persons.tables import PersonFinding, PersonSearch

_DIGEST = 24


def ref(tenant: Tenant, search_id: str) -> store.Ref:
    """The key of a search."""
    return store.Ref(PersonSearch, tenant.key(), search_id)


def load(work: Work, search_id: str) -> PersonSearch:
    """A search. NotFound."""
    return work.load(PersonSearch, work.tenant.key(), search_id)


def entry(table: str, row: Row) -> str:
    """The name of a row among the findings of a search."""
    key = store.ref_of(row)
    digest = hashlib.sha256(f"{key.hash_key}\n{key.range_key}".encode()).hexdigest()[:_DIGEST]
    return compound(table, digest)


def finding_id(row: PersonFinding) -> str:
    """The id of a finding in the API."""
    return ".".join(parts_of(row.entry))


def chosen(work: Work, search_id: str, finding_id: str) -> PersonFinding | None:
    """A finding by its id in the API."""
    table, _, digest = finding_id.partition(".")
    return work.find(PersonFinding, work.tenant.key(search_id), compound(table, digest)) if table and digest else None


def row_ref(finding: PersonFinding) -> store.Ref:
    """The key of the row that was found."""
    return store.Ref(data_map.model_of(finding.table), finding.row_hash, finding.row_range)


def load_finding(work: Work, search_id: str, entry: str) -> PersonFinding:
    """What a search has found. TypeError when there is no such finding."""
    row = work.find(PersonFinding, work.tenant.key(search_id), entry)
    if row is None:
        raise TypeError("there is no such finding")
    return row


def searches(call: Call) -> list[PersonSearch]:
    """All searches of the tenant."""
    return list(store.query_all(PersonSearch, PersonSearch.partition == call.tenant.key()))


def findings(call: Call, search_id: str) -> list[PersonFinding]:
    """All that a search has found."""
    return list(store.query_all(PersonFinding, PersonFinding.partition == call.tenant.key(search_id)))


def known(found: Sequence[PersonFinding]) -> dict[str, PersonFinding]:
    """What is stored of the same findings, by entry."""
    refs = [store.ref_of(each) for each in found]
    items = store.get_many(refs) if refs else {}
    rows = (PersonFinding.read(item) for item in items.values() if item is not None)
    return {row.partition + row.entry: row for row in rows}


def keep(found: Iterable[PersonFinding], gone: Iterable[PersonFinding] = ()) -> None:
    """Writes findings, and removes others."""
    store.put_many(list(found), [store.ref_of(each) for each in gone])
