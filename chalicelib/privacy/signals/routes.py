"""Privacy signals over HTTP."""

from chalicelib.access.permissions import PUBLIC
from chalicelib.edge.endpoint import NoBody, Request, Routes
from chalicelib.edge.incoming import Incoming
from chalicelib.kernel.pages import Page
from chalicelib.privacy.signals import service
from chalicelib.privacy.signals.schemas import GpcSupport, PrivacySignal, SignalQuery

routes = Routes(__name__, "Privacy")


@routes.get(
    "/.well-known/gpc.json",
    permission=PUBLIC,
)
def read_gpc_support(_: Incoming) -> GpcSupport:
    """Read whether Global Privacy Control is honoured.

    The support resource of the specification. Nothing is sold or shared for advertising, so the signal changes no
    processing; that it was sent is recorded.
    """
    return service.SUPPORT


@routes.get(
    "/v1/privacy/signals",
    permission="privacy_signal.read",
)
def list_privacy_signals(request: Request[NoBody, SignalQuery]) -> Page[PrivacySignal]:
    """List recorded privacy signals, newest day first.

    One entry for each user and day on which a browser sent `Sec-GPC: 1` with a request. They are kept for two years.
    """
    return service.page(request.call, request.query)
