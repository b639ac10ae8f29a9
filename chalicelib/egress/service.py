"""Calls to other parties: each goes to a declared destination, and personal data that it sends is in the disclosure log
first."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, TypedDict

from chalicelib.egress import repository, tables
from chalicelib.egress.schemas import Disclosure, DisclosureQuery
from chalicelib.kernel import clock, declaration, ids, urls
from chalicelib.kernel.call import Call
from chalicelib.kernel.lists import paginate
from chalicelib.kernel.mapping import to_struct
from chalicelib.kernel.pages import Page

if TYPE_CHECKING:  # imported by the first call: a tenth of a cold start, and most functions never call anybody
    import requests

Json = dict[str, Any] | list[Any] | str  # values of any type: the other side defines them
"""A body, as the other side defines it."""
TIMEOUT_SECONDS = (2, 5)
"""To connect, and for each read."""
DEADLINE_SECONDS = 10.0
"""For a whole answer: a server may send it byte by byte."""
REPLY_BYTES_MAX = 1024 * 1024
_CHUNK = 64 * 1024


class Undeclared(Exception):
    """A call that no declaration covers: a defect of ours. Nothing was sent."""


class Unreachable(Exception):
    """There is no usable answer: whether the call had its effect is unknown."""


@dataclass(frozen=True, slots=True)
class Destination:
    """A party that may be called. base: the beginning of its URLs. personal_fields: those that it may get. purpose:
    why, in the disclosure log."""

    name: str
    base: str
    personal_fields: frozenset[str]
    purpose: str

    @classmethod
    def of(cls, name: str, base: str) -> "Destination":
        """The party that a module declares by this name, at its URL. KeyError when none does."""
        _, declared = declaration.recipients()[name]
        return cls(name, base, declared.personal_fields, declared.reason)


@dataclass(frozen=True, slots=True)
class RecordedDisclosure:
    """An entry of the disclosure log: the fields that may be sent now."""

    fields: frozenset[str]


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, whatever its status. location: its header of that name, the URL of what was made."""

    status: int
    body: bytes
    location: str = ""


class SendOptions(TypedDict, total=False):
    """The named arguments of `send`, for a function that passes them on; it gives the bearer token itself."""

    json: Json | None
    form: Mapping[str, str] | None
    query: Mapping[str, str] | None
    headers: Mapping[str, str] | None
    personal: Mapping[str, str] | None
    disclosure: RecordedDisclosure | None


def record(call: Call, to: Destination, about: str, fields: Collection[str]) -> RecordedDisclosure:
    """Writes to the disclosure log that these fields of the person `about` are going to be sent; calls that belong
    together share one entry. Undeclared for fields that `to` may not get. Contention when it cannot be written."""
    if not set(fields) <= to.personal_fields:
        raise Undeclared(f"{to.name} may not be sent these fields")
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
    repository.put(row)
    return RecordedDisclosure(frozenset(fields))


def send(
    call: Call,
    to: Destination,
    method: str,
    path: str,
    *,
    json: Json | None = None,
    form: Mapping[str, str] | None = None,
    query: Mapping[str, str] | None = None,
    bearer: str | None = None,
    headers: Mapping[str, str] | None = None,
    personal: Mapping[str, str] | None = None,
    disclosure: RecordedDisclosure | None = None,
) -> Reply:
    """Calls `to` and returns its answer; no redirect is followed, and no proxy of the environment is used.

    personal: personal fields, which are added to the form or the JSON object. disclosure: their entry in the disclosure
    log. query: nothing personal, because URLs end up in other people's logs. headers: those that the other side wants
    besides, such as its own one for an access token.
    Raises Undeclared, and Unreachable when there is no usable answer.
    """
    url = to.base + path
    if not urls.is_protected(url) or not set(personal or ()) <= (disclosure.fields if disclosure else frozenset()):
        raise Undeclared(f"{to.name} may not be called like this")
    if personal and form is not None:
        form = {**form, **personal}
    elif personal and isinstance(json, dict | None):
        json = {**(json or {}), **personal}
    elif personal:
        raise Undeclared(f"{to.name} takes personal fields only in a form or an object")
    authorization = {"Authorization": f"Bearer {bearer}"} if bearer else {}
    sent = {"Accept": "application/json", **authorization, **(headers or {})}
    return _exchange(method, url, sent, _Content(json, form, query))


def page(call: Call, query: DisclosureQuery) -> Page[Disclosure]:
    """A page of disclosures, newest first."""
    rows, cursor = paginate(tables.Disclosure, tables.VIEWS, call, query)
    return Page([to_struct(row, Disclosure) for row in rows], cursor)


class _Content(NamedTuple):
    json: Json | None
    form: Mapping[str, str] | None
    query: Mapping[str, str] | None


def _exchange(method: str, url: str, headers: Mapping[str, str], content: _Content) -> Reply:
    import requests  # noqa: PLC0415 - a tenth of a cold start, and most functions never call anybody

    try:
        with _session().request(
            method,
            url,
            headers=headers,
            timeout=TIMEOUT_SECONDS,
            allow_redirects=False,
            stream=True,
            json=content.json,
            data=content.form,
            params=content.query,
        ) as response:
            return Reply(response.status_code, _read(response), response.headers.get("Location", ""))
    except requests.RequestException as error:
        raise Unreachable(type(error).__name__) from error


def _read(response: "requests.Response") -> bytes:
    body, deadline = b"", clock.monotonic() + DEADLINE_SECONDS
    for chunk in response.iter_content(_CHUNK):
        body += chunk
        if clock.monotonic() > deadline:
            raise Unreachable("the answer came too slowly")
        if len(body) > REPLY_BYTES_MAX:
            raise Unreachable("the answer is too large")
    return body


@cache
def _session() -> "requests.Session":
    import requests  # noqa: PLC0415 - as above

    session = requests.Session()
    session.trust_env = False
    return session
