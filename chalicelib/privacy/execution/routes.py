"""Uses of a person's data that are stopped or let go on, over HTTP."""

from chalicelib.edge.endpoint import NoBody, NoQuery, Request, Routes
from chalicelib.kernel.idempotency import Answer
from chalicelib.parties.parties import restrictions
from chalicelib.parties.parties.schemas import PartyId, RestrictedParty, UseRestriction

routes = Routes(__name__, "Privacy")


@routes.get("/v1/privacy/parties/{party_id}", permission="privacy_request.read")
def read_restricted_party(request: Request[NoBody, NoQuery], party_id: PartyId) -> RestrictedParty:
    """Read what the data of a customer or vendor may not be used for.

    An empty list when there is no limit.
    """
    return restrictions.read(request.call, party_id)


@routes.post("/v1/privacy/parties/{party_id}/restrict", permission="privacy_request.manage", change=True)
def restrict_party_uses(request: Request[UseRestriction, NoQuery], party_id: PartyId) -> Answer[RestrictedParty]:
    """Say what the data of a customer or vendor may not be used for.

    A granted restriction or objection does it by itself. Tell the person before you let uses go on (GDPR Art. 18(3)).
    """
    return request.commit(restrictions.replace, party_id, request.body)
