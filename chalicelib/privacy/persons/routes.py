"""Searches for a person's data over HTTP."""

from chalicelib.bulk.schemas import DownloadLink
from chalicelib.edge.endpoint import NoBody, NoQuery, Request, Routes
from chalicelib.kernel.errors import Conflict, NotFound, TransitionRefused
from chalicelib.kernel.idempotency import Answer
from chalicelib.kernel.pages import Page
from chalicelib.privacy.persons import service
from chalicelib.privacy.persons.errors import Undecided
from chalicelib.privacy.persons.schemas import (
    ErasurePreview,
    Finding,
    FindingId,
    FindingQuery,
    NewPersonSearch,
    PersonSearch,
    PersonSearchQuery,
    SearchId,
)

routes = Routes(__name__, "Privacy")


@routes.post(
    "/v1/privacy/searches",
    permission="person_data.manage",
    asynchronous=True,
)
def search_person(request: Request[NewPersonSearch, NoQuery]) -> Answer[PersonSearch]:
    """Search for everything that is stored of a person.

    A job goes through every table and file of the data map. What has one of the person's addresses or numbers, or
    belongs to one of his documents, is his for certain; what has only his name waits for a decision.
    """
    return request.commit(service.begin, request.body)


@routes.get(
    "/v1/privacy/searches",
    permission="person_data.read",
)
def list_person_searches(request: Request[NoBody, PersonSearchQuery]) -> Page[PersonSearch]:
    """List searches for persons' data, newest first.

    Each with what was known of the person, and how much was found.
    """
    return service.page(request.call, request.query)


@routes.get(
    "/v1/privacy/searches/{search_id}",
    permission="person_data.read",
    errors=[NotFound],
)
def read_person_search(request: Request[NoBody, NoQuery], search_id: SearchId) -> PersonSearch:
    """Read a search for a person's data.

    Its counts say how much there is, by table: it is the preview of an erasure.
    """
    return service.read(request.call, search_id)


@routes.get(
    "/v1/privacy/searches/{search_id}/findings",
    permission="person_data.read",
    errors=[NotFound],
)
def list_findings(request: Request[NoBody, FindingQuery], search_id: SearchId) -> Page[Finding]:
    """List what a search has found.

    Each row with the fields that are the person's and why; values are not in it.
    """
    return service.findings(request.call, search_id, request.query)


@routes.post(
    "/v1/privacy/searches/{search_id}/findings/{finding_id}/include",
    permission="person_data.manage",
    change=True,
    errors=[NotFound, TransitionRefused],
)
def include_finding(
    request: Request[NoBody, NoQuery], search_id: SearchId, finding_id: FindingId
) -> Answer[PersonSearch]:
    """Decide that a finding is the person's.

    For one that has only his name, or is a text beside what is his. The If-Match is that of the search.
    """
    return request.commit(service.choose, search_id, finding_id, True)


@routes.post(
    "/v1/privacy/searches/{search_id}/findings/{finding_id}/exclude",
    permission="person_data.manage",
    change=True,
    errors=[NotFound, TransitionRefused],
)
def exclude_finding(
    request: Request[NoBody, NoQuery], search_id: SearchId, finding_id: FindingId
) -> Answer[PersonSearch]:
    """Decide that a finding is not the person's.

    It is neither packed nor erased then; any finding can be kept out. The If-Match is that of the search.
    """
    return request.commit(service.choose, search_id, finding_id, False)


@routes.post(
    "/v1/privacy/searches/{search_id}/repeat",
    permission="person_data.manage",
    change=True,
    asynchronous=True,
    errors=[NotFound, TransitionRefused],
)
def repeat_person_search(request: Request[NoBody, NoQuery], search_id: SearchId) -> Answer[PersonSearch]:
    """Search again.

    All data is gone through once more; decisions about findings stay.
    """
    return request.commit(service.repeat, search_id)


@routes.get(
    "/v1/privacy/searches/{search_id}/preview",
    permission="person_data.read",
    errors=[NotFound],
)
def preview_erasure(request: Request[NoBody, NoQuery], search_id: SearchId) -> ErasurePreview:
    """Preview the erasure of what a search has found.

    What would go and what would stay, with the reason and its end, made by what erases.
    """
    return service.preview(request.call, search_id)


@routes.post(
    "/v1/privacy/searches/{search_id}/erase",
    permission="person_data.manage",
    dangerous=True,
    change=True,
    asynchronous=True,
    errors=[NotFound, TransitionRefused, Undecided],
)
def erase_person(request: Request[NoBody, NoQuery], search_id: SearchId) -> Answer[PersonSearch]:
    """Erase what a search has found.

    A job takes it out of every document and deletes the files; what the law or an open order wants kept stays. Then all
    data is searched once more: `erased` is proven, `left` says what has come meanwhile. It cannot be undone.
    """
    return request.commit(service.erase, search_id)


@routes.post(
    "/v1/privacy/searches/{search_id}/package",
    permission="person_data.manage",
    change=True,
    asynchronous=True,
    errors=[NotFound, TransitionRefused, Undecided],
)
def pack_person_data(request: Request[NoBody, NoQuery], search_id: SearchId) -> Answer[PersonSearch]:
    """Pack what a search has found, for the person.

    A job makes a zip file: a page to read, JSON Lines and CSV with what each field means, what would be kept and why,
    and the sum of each file. What is somebody else's is not in it. It is deleted after 14 days.
    """
    return request.commit(service.pack, search_id)


@routes.post(
    "/v1/privacy/searches/{search_id}/package/link",
    permission="person_data.manage",
    dangerous=True,
    errors=[NotFound, Conflict],
)
def fetch_person_data(request: Request[NoBody, NoQuery], search_id: SearchId) -> Answer[DownloadLink]:
    """Get a link to the package of a person's data.

    It is good for five minutes; each asking is in the audit trail.
    """
    return request.commit(service.fetch, search_id)
