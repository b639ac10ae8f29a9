"""The one way out: every call to another party is made here, to a declared destination, and what it tells of a person
is on record first."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from chalicelib.egress import tables
from chalicelib.egress.schemas import Disclosure, DisclosureQuery
from chalicelib.kernel import clock, ids, outages, urls
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.lists import Page, paginate

TIMEOUT_SECONDS = (2, 5)
"""To connect, and for each read."""
DEADLINE_SECONDS = 10.0
"""For a whole answer: a server may drip."""
REPLY_BYTES_MAX = 1024 * 1024
_CHUNK = 64 * 1024


class Undeclared(Exception):
    """A call that nothing declares: a defect of ours, and nothing was sent."""


class Unreachable(Exception):
    """No answer that can be used: nobody knows whether the call had its effect."""


@dataclass(frozen=True, slots=True)
class Destination:
    """A party that may be called. base: where its addresses begin. may_be_told: the personal fields that it may get.
    purpose: why, in the disclosure log."""

    name: str
    base: str
    may_be_told: frozenset[str]
    purpose: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """An entry of the disclosure log: what may be told now."""

    fields: frozenset[str]


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, whatever its status. `location` is where it says that something new is."""

    status: int
    body: bytes
    location: str = ""


def record(call: Call, to: Destination, about: str, fields: Collection[str]) -> Recorded:
    """Writes to the disclosure log that these fields of the person `about` are going to be told; calls that belong
    together share one entry. Undeclared for what `to` may not be told. Contention when it cannot be written."""
    if not set(fields) <= to.may_be_told:
        raise Undeclared(f"{to.name} may not be told that")
    identifier = ids.new("dsc")
    row = tables.Disclosure(
        partition=call.tenant.key(ids.month(identifier)),
        id=identifier,
        about=about,
        fields=sorted(fields),
        recipient=to.name,
        purpose=to.purpose,
        at=clock.now(),
        actor=call.actor,
        request_id=call.request_id,
    )
    with outages.as_contention():
        store.write(store.put(row))
    return Recorded(frozenset(fields))


def send(
    call: Call,
    to: Destination,
    method: str,
    path: str,
    *,
    json: Any = None,
    form: Mapping[str, str] | None = None,
    query: Mapping[str, str] | None = None,
    bearer: str | None = None,
    told: Mapping[str, str] | None = None,
    recorded: Recorded | None = None,
) -> Reply:
    """Calls `to` and returns what it answers; no redirect is followed, no proxy of the environment used.

    `told` holds personal fields, which join the form or the JSON object; `recorded` is their entry in the disclosure
    log. `query` may hold nothing personal: addresses end up in other people's logs.
    Raises Undeclared, and Unreachable when there is no answer.
    """
    url = to.base + path
    if not urls.is_protected(url) or not set(told or ()) <= (recorded.fields if recorded else frozenset()):
        raise Undeclared(f"{to.name} may not be called like this")
    if told:
        form, json = ({**form, **told}, json) if form is not None else (None, {**(json or {}), **told})
    headers = {"Accept": "application/json", **({"Authorization": f"Bearer {bearer}"} if bearer else {})}
    return _exchange(method, url, headers, json=json, data=form, params=query)


def page(call: Call, query: DisclosureQuery) -> Page[Disclosure]:
    """A page of disclosures, newest first."""
    rows, cursor = paginate(tables.Disclosure, tables.VIEWS, call, query)
    return Page([_view(row) for row in rows], cursor)


def _exchange(method: str, url: str, headers: Mapping[str, str], **content: Any) -> Reply:
    import requests  # noqa: PLC0415 - a tenth of a cold start, and most functions never call anybody

    try:
        with _session().request(
            method, url, headers=headers, timeout=TIMEOUT_SECONDS, allow_redirects=False, stream=True, **content
        ) as response:
            return Reply(response.status_code, _read(response), response.headers.get("Location", ""))
    except requests.RequestException as error:
        raise Unreachable(type(error).__name__) from error


def _read(response: Any) -> bytes:
    body, deadline = b"", clock.monotonic() + DEADLINE_SECONDS
    for chunk in response.iter_content(_CHUNK):
        body += chunk
        if clock.monotonic() > deadline:
            raise Unreachable("the answer came too slowly")
        if len(body) > REPLY_BYTES_MAX:
            raise Unreachable("the answer is too large")
    return body


@cache
def _session() -> Any:
    import requests  # noqa: PLC0415 - as above

    session = requests.Session()
    session.trust_env = False
    return session


def _view(row: tables.Disclosure) -> Disclosure:
    return Disclosure(
        id=row.id,
        about=row.about,
        fields=row.fields,
        recipient=row.recipient,
        purpose=row.purpose,
        at=row.at,
        actor=row.actor,
        request_id=row.request_id,
    )
