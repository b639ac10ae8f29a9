"""Reads of privacy requests that need more than a key, such as those that time makes due."""

from collections.abc import Iterator
from datetime import datetime

from chalicelib.kernel import clock, ids
from chalicelib.kernel.call import Call
from chalicelib.kernel.counts import count
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.dynamo.store import Ref
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.tenant import Tenant, parts_of
from chalicelib.kernel.visibility import load_visible
from chalicelib.kernel.work import Work
from chalicelib.privacy.requests import tables, timing
from chalicelib.privacy.requests.schemas import PrivacyRequestStatus
from chalicelib.privacy.requests.tables import ByClock, ByWakeTime, PrivacyRequest


def ref(tenant: Tenant, request_id: str) -> Ref:
    """The key of a request. NotFound for what cannot be its id."""
    if not ids.is_valid("prq", request_id):
        raise NotFound("There is no such privacy request.")
    return Ref(PrivacyRequest, tenant.key(ids.month(request_id)), request_id)


def load(work: Work, request_id: str) -> PrivacyRequest:
    """The request. NotFound."""
    return work.load(PrivacyRequest, ref(work.tenant, request_id).hash_key, request_id)


def load_for_update(work: Work, request_id: str) -> PrivacyRequest:
    """The request that a command changes. NotFound, PreconditionFailed."""
    row = load(work, request_id)
    work.match(row)
    return row


def save(work: Work, row: PrivacyRequest) -> PrivacyRequest:
    """Writes a changed request, with the times by which it is found."""
    timing.follow(work, row)
    return work.save(row)


def add(work: Work, row: PrivacyRequest) -> PrivacyRequest:
    """Adds a new request, with the times by which it is found."""
    timing.follow(work, row)
    return work.create(row)


def find(work: Work, request_id: str) -> PrivacyRequest | None:
    """The request, or None."""
    if not ids.is_valid("prq", request_id):
        return None
    return work.find(PrivacyRequest, ref(work.tenant, request_id).hash_key, request_id)


def read(call: Call, request_id: str) -> PrivacyRequest:
    """The request, strongly consistent. NotFound."""
    return load_visible(call, PrivacyRequest, ref(call.tenant, request_id).hash_key, request_id)


def search_of(row: PrivacyRequest) -> str:
    """The search that the request is carried out upon. TypeError when it has none: nobody could have granted it."""
    if row.search_id is None:
        raise TypeError("the request has no search")
    return row.search_id


def count_open(call: Call) -> int:
    """How many requests are not answered yet."""
    return count(call, PrivacyRequest, ByClock.clock == tables.clock_key(call.tenant), index="by_clock")


def count_overdue(call: Call) -> int:
    """How many requests are not answered although their legal time is over."""
    condition = (ByClock.clock == tables.clock_key(call.tenant)) & (ByClock.runs_out < clock.text(clock.now()))
    return count(call, PrivacyRequest, condition, index="by_clock")


def executing(call: Call, document_id: str) -> list[str]:
    """The ids of the requests that are being carried out about a document. Eventually consistent."""
    return [
        row.id
        for row in unanswered(call)
        if row.status is PrivacyRequestStatus.EXECUTING and document_id in row.subject.document_ids
    ]


def unanswered(call: Call) -> list[PrivacyRequest]:
    """The requests that are not answered yet. Eventually consistent."""
    condition = ByClock.clock == tables.clock_key(call.tenant)
    return list(store.query_all(PrivacyRequest, condition, index="by_clock"))


def waiting(now: datetime) -> Iterator[tuple[Tenant, str]]:
    """The requests of all tenants to which something happens by itself now, the longest overdue first; and those of
    sandboxes, which may have another time."""
    for key in (tables.WAITING, tables.SANDBOXES):
        condition = (ByWakeTime.waiting == key) & (ByWakeTime.wake_at <= clock.text(now))
        start = None
        while True:
            page = store.query(PrivacyRequest, condition, index="by_wake_time", start=start)
            for item in page.items:
                yield Tenant(parts_of(item["partition"]["S"])[0]), item["id"]["S"]
            start = page.next_key
            if start is None:
                break
