"""How the tests ask for privacy requests, and read the mails."""

import re
from typing import Any

from moto.ses.models import ses_backends

from infra.local.engine import REGION
from infra.local.invoke import ACCOUNT
from tests.world import Client, Reply

REQUESTS = "/v1/privacy/requests"
OWN = "/v1/me/privacy-requests"
FORMS = "/v1/privacy/forms"


def asked(client: Client, **changes: Any) -> Any:
    """A request that an officer has written down."""
    body = {"kind": "access", "law": "gdpr", "subject": {"name": "Ada", "emails": ["ada@example.com"]}, **changes}
    return client.post(REQUESTS, body).ok()


def step(client: Client, request: Any, name: str, body: Any = None, base: str = REQUESTS) -> Reply:
    """A step of a request, at the version that it has now."""
    path = f"{base}/{request['id']}"
    return client.post(f"{path}/{name}", body if body is not None else {}, etag=client.get(path).etag)


def identified(client: Client, **changes: Any) -> Any:
    """A request whose person an officer knows, after the search for the person's data."""
    request = asked(client, **changes)
    step(client, request, "acknowledge").ok()
    step(client, request, "record-identity", {"how": "known_person"}).ok()
    client.world.settle()
    return read(client, request)


def granted(client: Client, **changes: Any) -> Any:
    return step(client, identified(client, **changes), "decide", {"outcome": "grant"}).ok()


def read(client: Client, request: Any, base: str = REQUESTS) -> Any:
    return client.get(f"{base}/{request['id']}").ok()


def form(client: Client) -> str:
    """The path of the tenant's form."""
    path: str = client.post(FORMS, {}).ok()["path"]
    return path


def posted(client: Client, path: str, body: Any, **headers: str) -> Reply:
    """What somebody without a token sends."""
    return client.world.anonymous().call("POST", path, body, headers)


def mails(address: str) -> list[Any]:
    """The mails to an address, the oldest first."""
    sent = ses_backends[ACCOUNT][REGION].sent_messages
    return [each for each in sent if each.destinations["ToAddresses"] == [address]]


def code_in(address: str) -> str:
    """The code of the last mail to an address."""
    found = re.search(r"^    (\d{8})$", mails(address)[-1].body, re.MULTILINE)
    assert found is not None
    return found[1]
