"""Search over HTTP."""

from chalicelib.access.permissions import SELF
from chalicelib.access.scope import Scope
from chalicelib.edge.endpoint import NoBody, NoQuery, Request, Routes
from chalicelib.kernel.idempotency import Answer
from chalicelib.kernel.quotas import QuotaReached
from chalicelib.search.index import checking, service
from chalicelib.search.index.schemas import NewSearchCheck, SearchAnswer, SearchCheckStarted, SearchQuery

routes = Routes(__name__, "Search", "Documents of all kinds by words, numbers and codes.")


@routes.get(
    "/v1/search",
    permission=SELF,
    scope=Scope.FILTERED,
)
def search(request: Request[NoBody, SearchQuery]) -> SearchAnswer:
    """Find documents while somebody types.

    Customers and vendors by beginnings of the words of their names, by number, e-mail address and telephone number;
    items by beginnings of words, SKU and barcode; orders and stock documents by number and reference; shipments by
    tracking number and the order's number; connections by shop. Only documents of the kinds that you may read, and only
    those that you may see. What was just written is found within seconds.
    """
    return service.search(request.call, request.query)


@routes.post(
    "/v1/search/check",
    permission="search.check",
    status=202,
    asynchronous=True,
    errors=[QuotaReached],
)
def check_search(request: Request[NewSearchCheck, NoQuery]) -> Answer[SearchCheckStarted]:
    """Check that every document is found as it should be.

    A job compares all documents with what they are found by; its report lists what is wrong. With `repair` that is
    indexed anew.
    """
    return request.commit(checking.begin, request.body)
