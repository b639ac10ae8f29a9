"""Back-channel logout over HTTP: Keycloak calls it, and the signed token alone proves that it does."""

from chalicelib.access import permissions
from chalicelib.edge.endpoint import Routes
from chalicelib.edge.incoming import Incoming
from chalicelib.identity.logout import service
from chalicelib.identity.logout.service import LogoutRefused
from chalicelib.kernel.errors import Contention

routes = Routes(__name__, "Identity", "Where Keycloak reports ended logins. Not for frontends.")


@routes.post(
    "/oidc/backchannel-logout",
    permission=permissions.PUBLIC,
    command=False,
    errors=[LogoutRefused, Contention],
)
def receive_logout(incoming: Incoming) -> None:
    """Receive a logout token of the realm.

    OpenID Connect Back-Channel Logout 1.0: a form with `logout_token`. For Keycloak, not for frontends.
    """
    service.logged_out(incoming.body)
