"""One check of each service that the API needs. Each raises when the service does not respond or is not configured."""

from chalicelib.access.tables import AccessState
from chalicelib.kernel import secrets
from chalicelib.kernel.dynamo import client, store
from chalicelib.kernel.tenant import PLATFORM


def database() -> None:
    """Reads one row, which may not exist."""
    store.get(AccessState, PLATFORM.key("readiness"), "store")


def platform_secret() -> None:
    """Reads the platform's secret. RuntimeError when a key is missing."""
    value = secrets.read(secrets.name("platform"), fresh=True) or {}
    if not value.get("cursor_key") or not value.get("lookup_key"):
        raise RuntimeError("the platform secret is not complete")


def queue(url: str) -> None:
    """Reads an attribute of the queue. RuntimeError when the queue is not configured."""
    if not url:
        raise RuntimeError("the queue is not configured")
    client.aws("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
