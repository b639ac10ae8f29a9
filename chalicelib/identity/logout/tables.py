"""Logout tokens that were used, so that none is used twice."""

from chalicelib.kernel.dynamo.attributes import Moment, Text
from chalicelib.kernel.dynamo.model import Row, meta
from chalicelib.kernel.privacy import USAGE, Retention
from chalicelib.kernel.tenant import PLATFORM


class LogoutToken(Row):
    """Access: by the token's id, under the platform: a login belongs to the realm."""

    Meta = meta("logout_tokens")
    partition = Text(USAGE, hash_key=True)
    received_at = Moment(USAGE)
    retention = Retention(
        rule="logout_tokens",
        days=1,
        since="received_at",
        basis="A logout token is too old to count after five minutes",
        by_ttl=True,
    )


def partition(jti: str) -> str:
    """The key of a token, by the hash of its id."""
    return PLATFORM.key("logout_token", jti)
