"""What needs the platform's word that an account is the tenant's: connecting, verifying, and rotating to a new secret.

The platform is asked between two commits: the first checks and counts the question, the second acts on the answer. When
the process dies in between, nothing has changed, and the command can be repeated.
"""

from collections.abc import Callable, Mapping

from chalicelib.integrations.connections import lookup, service, vault
from chalicelib.integrations.connections.errors import NotProven
from chalicelib.integrations.connections.rules import Account, Verdict
from chalicelib.integrations.connections.schemas import Connection, NewClientSecret, NewConnection, Platform
from chalicelib.integrations.shopify import ownership as shopify
from chalicelib.kernel.call import Call
from chalicelib.kernel.errors import Conflict, DomainError, OutcomeUnknown
from chalicelib.kernel.idempotency import Answer
from chalicelib.kernel.use_case import commit

Ask = Callable[[Call, Account, str], Verdict]
"""Asks a platform about an account, with a client secret of its app."""
_PLATFORMS: Mapping[Platform, Ask] = {Platform.SHOPIFY: shopify.verdict}


def connect(
    call: Call, connection_id: str, command: NewConnection, add: Callable[[Verdict], Answer[Connection]]
) -> Answer[Connection]:
    """Stores the secret under a new connection id, asks the platform, then adds the connection.

    Whatever happens in between leaves at worst a secret that belongs to nothing, which the sweep finds; a connection
    without its secret cannot come to be.
    """
    commit(call, service.allow_new, connection_id, command)
    vault.put(connection_id, call.tenant, command.client_secret)
    account = Account(command.platform, command.shop_domain, command.client_id)
    try:
        answer = add(_PLATFORMS[command.platform](call, account, command.client_secret))
    except OutcomeUnknown:
        raise
    except DomainError:
        vault.settle(connection_id)
        raise
    if "Idempotent-Replayed" in answer.headers:
        vault.settle(connection_id)
    return answer


def verify(call: Call, connection_id: str, settle: Callable[[Verdict], Answer[Connection]]) -> Answer[Connection]:
    """Asks the platform about a pending connection, then settles it. Conflict when its secret is not stored."""
    question = commit(call, service.allow_step, connection_id, "verify")
    secret = vault.secret_of(connection_id, question.secret_token)
    if secret is None:
        raise Conflict("The client secret is not stored: disconnect and connect again.")
    answer = settle(_PLATFORMS[question.account.platform](call, question.account, secret))
    lookup.forget()
    return answer


def rotate(
    call: Call, connection_id: str, command: NewClientSecret, take: Callable[[], Answer[Connection]]
) -> Answer[Connection]:
    """Asks the platform about the new secret of a connection, then takes it. NotProven."""
    account = commit(call, service.allow_step, connection_id, "rotate-secret").account
    verdict = _PLATFORMS[account.platform](call, account, command.client_secret)
    if verdict.reason is not None:
        raise NotProven(verdict.reason)
    return take()
