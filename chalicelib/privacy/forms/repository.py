"""Which tenant a link to a form is of."""

import hashlib

from chalicelib.kernel import outages
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.tenant import Tenant
from chalicelib.privacy.forms import tables


def token_hash(token: str) -> str:
    """What is stored of the last part of a link; it is random, so the hash needs no key."""
    return hashlib.sha256(token.encode()).hexdigest()


@outages.as_contention()
def tenant_of(token: str) -> Tenant:
    """The tenant whose form has the link. NotFound, Contention."""
    link = store.get(tables.FormLink, tables.LINKS, token_hash(token))
    if link is None:
        raise NotFound("There is no such form.")
    return Tenant(link.tenant)
