"""Back-channel logout: Keycloak announces that a session has ended, and its tokens are refused from then on."""

from typing import ClassVar

from chalicelib.access import access_state, logout
from chalicelib.access.expected import TokenRefusedError
from chalicelib.identity.logout import repository
from chalicelib.kernel import log, urls
from chalicelib.kernel.errors import BadRequest


class LogoutRefused(BadRequest):
    """The logout token is not valid; the answer is the same for every reason."""

    code: ClassVar[str] = "logout_token_refused"
    title: ClassVar[str] = "The logout token is not valid"


def logged_out(form: bytes) -> None:
    """Ends the session that the form's `logout_token` names. Nothing is written before all of the token has been
    verified; one that comes again changes nothing. LogoutRefused; Contention when keys or store do not answer."""
    try:
        # Given twice, it is not clear which one counts.
        (token,) = (value for name, value in urls.form_fields(form) if name == "logout_token")
        ended = logout.verified(token)
    except ValueError:
        raise LogoutRefused() from None
    except TokenRefusedError as refusal:
        log.count("LogoutRefused")
        log.logger().warning("logout token refused", reason=refusal.reason)
        raise LogoutRefused() from None
    repository.end_session(ended.jti, access_state.session_ended(ended.sub, ended.sid, ended.not_before))
