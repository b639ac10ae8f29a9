"""Back-channel logout: Keycloak announces that a session has ended, and its tokens are refused from then on."""

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from typing import ClassVar

from chalicelib.access import access_state, logout
from chalicelib.access.tokens import TokenRefusedError
from chalicelib.identity.logout import tables
from chalicelib.kernel import clock, ids, log, urls
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.errors import BadRequest, Contention


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
    _write([_use_once(ended.jti), access_state.session_ended(ended.sub, ended.sid, ended.not_before)])


def _use_once(jti: str) -> store.Action:
    """The action that fails when the token was used before."""
    now = clock.now()
    name = hashlib.sha256(jti.encode()).hexdigest()
    row = tables.LogoutToken(partition=tables.partition(name), received_at=now, expires_at=now + timedelta(days=2))
    return store.put(row, tables.LogoutToken.partition.does_not_exist())


def _write(actions: Sequence[store.Action]) -> None:
    try:
        store.transact(actions, ids.new("tok"))
    except store.Cancelled as cancelled:
        if "ConditionalCheckFailed" not in cancelled.reasons:
            raise Contention(retry_after=1) from cancelled
    except (store.Busy, store.Unknown) as error:
        raise Contention(retry_after=1) from error
