"""Disclosures over HTTP: which personal data was sent, to whom, and why."""

from chalicelib.edge.endpoint import NoBody, Request, Routes
from chalicelib.egress import service
from chalicelib.egress.schemas import Disclosure, DisclosureQuery
from chalicelib.kernel.pages import Page

routes = Routes(__name__, "Privacy", "Which personal data was sent to whom, and why.")


@routes.get(
    "/v1/disclosures",
    permission="disclosure.read",
)
def list_disclosures(request: Request[NoBody, DisclosureQuery]) -> Page[Disclosure]:
    """List disclosures of personal data, newest first.

    Which fields of which person were sent to which other party, when and why.
    """
    return service.page(request.call, request.query)
