"""One question to each service behind the API. Each raises when the answer is not there or not complete."""

from chalicelib.access.access_state import AccessState
from chalicelib.kernel import secrets
from chalicelib.kernel.dynamo import client, store
from chalicelib.kernel.tenant import PLATFORM


def database() -> None:
    """Reads one row, which need not exist."""
    store.get(AccessState, PLATFORM.key("readiness"), "store")


def platform_secret() -> None:
    """RuntimeError when the secret lacks a key."""
    value = secrets.read(secrets.name("platform"), fresh=True) or {}
    if not value.get("cursor_key") or not value.get("lookup_key"):
        raise RuntimeError("the platform secret is not complete")


def queue(url: str) -> None:
    """RuntimeError for a queue that is not configured."""
    if not url:
        raise RuntimeError("the queue is not configured")
    client.aws("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
