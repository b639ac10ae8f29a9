"""The other AWS services on loopback: Secrets Manager, SQS, S3, EventBridge, SES and Logs, emulated by moto.

moto loses updates of concurrent threads, so requests are processed one at a time. DynamoDB is not emulated by moto, see
engine.py.
"""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import boto3
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from moto.s3.models import s3_backends
from moto.secretsmanager.models import secretsmanager_backends
from moto.sqs.models import sqs_backends
from werkzeug.serving import BaseWSGIServer, make_server

from chalicelib import modules
from infra.local.aws_store import ObjectStore, SecretStore
from infra.local.engine import REGION
from infra.local.invoke import ACCOUNT
from infra.stack.queues import MAX_RECEIVES, WAKES_MAX_RECEIVES

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]

# AWS recommends six times the function's timeout, which is at most 60 s; that is too long to wait locally.
VISIBILITY_SECONDS = 60
WAKES = "wakes-"
MAIL_SENDER = "privacy@novex.example"
"""The address that mails come from; nothing is delivered."""
_GENERATED = {"platform": ("cursor_key", "lookup_key"), "search": ("key_1",)}
_SECRET_READS = ("Get", "BatchGet", "Describe", "List")


class _Handler(MotoRequestHandler):
    """Keeps connections open, and does not log requests, which would fill the terminal of `make run`."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log(self, type: str, message: str, *args: Any) -> None:
        return


class _OneAtATime:
    """Processes one request at a time, and saves its changes before the response is sent."""

    def __init__(self, app: Wsgi, saved_secrets: SecretStore | None, saved_objects: ObjectStore | None) -> None:
        self._app = app
        self._secrets = saved_secrets
        self._objects = saved_objects
        self._lock = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        with self._lock:
            answer = self._app(environ, start_response)
            body = b"".join(answer)
            close = getattr(answer, "close", None)
            if close is not None:
                close()
            self._save(environ)
        return [body]

    def _save(self, environ: dict[str, Any]) -> None:
        service, _, action = environ.get("HTTP_X_AMZ_TARGET", "").partition(".")
        if service == "secretsmanager":
            if self._secrets is not None and not action.startswith(_SECRET_READS):
                self._secrets.save()
            return
        changing = environ["REQUEST_METHOD"] in ("PUT", "POST", "DELETE")
        first = environ.get("PATH_INFO", "/").split("/")[1]
        if changing and not service and self._objects is not None and first == self._objects.bucket:
            self._objects.save()


class LocalAws:
    """One emulated account. With a data folder, secrets and objects survive a restart.

    `start` creates the bucket, all queues with their dead-letter queues, and the platform secret; `environment()`
    contains their names. moto's state is global in the process, so two accounts at once need two stages; the resources
    of the stage are deleted when the account stops.
    """

    def __init__(self, data: Path | str | None = None, stage: str = "local", port: int = 0) -> None:
        self._data = Path(data) if data is not None else None
        self._port = port
        self._server: BaseWSGIServer | None = None
        self._queues: dict[str, str] = {}
        self.stage = stage
        self.bucket = f"novex-{stage}-raw"

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def environment(self) -> dict[str, str]:
        """Environment variables of functions for this account (DynamoDBLocal has those of DynamoDB and the
        credentials)."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "NOVEX_BUCKET": self.bucket,
            "NOVEX_MAIL_SENDER": MAIL_SENDER,
            "NOVEX_INBOX_QUEUE_URL": self._queues["inbox"],
            "NOVEX_JOBS_QUEUE_URL": self._queues["jobs"],
            **{
                f"NOVEX_WAKES_{name.removeprefix(WAKES).upper()}_QUEUE_URL": url
                for name, url in self._queues.items()
                if name.startswith(WAKES)
            },
        }

    def keep_secret(self, name: str, value: dict[str, Any]) -> None:
        """Creates a secret of this stage (`novex/<stage>/<name>`) or replaces its value."""
        vault, full = self.client("secretsmanager"), f"novex/{self.stage}/{name}"
        try:
            vault.create_secret(Name=full, SecretString=json.dumps(value))
        except vault.exceptions.ResourceExistsException:
            vault.put_secret_value(SecretId=full, SecretString=json.dumps(value))

    def client(self, service: str) -> Any:
        """A boto3 client of this account, with credentials that are valid only here."""
        connect: Any = boto3.client
        return connect(
            service,
            endpoint_url=self.endpoint,
            region_name=REGION,
            aws_access_key_id="local",
            aws_secret_access_key="local",
        )

    def start(self) -> Self:
        """Starts the server on loopback. Raises OSError when the port is in use."""
        self._clear()
        app: Wsgi = DomainDispatcherApplication(create_backend_app)
        stored_secrets = SecretStore(self._data / "secrets", REGION, f"novex/{self.stage}/") if self._data else None
        stored_objects = ObjectStore(self._data / "objects", self.bucket) if self._data else None
        if stored_secrets is not None:
            stored_secrets.restore()
        wrapped = _OneAtATime(app, stored_secrets, stored_objects)
        self._server = make_server("127.0.0.1", self._port, wrapped, threaded=True, request_handler=_Handler)
        self._port = int(self._server.server_address[1])
        threading.Thread(target=self._server.serve_forever, name="local-aws", daemon=True).start()
        self._create_resources()
        if stored_objects is not None:
            stored_objects.restore()
        return self

    def stop(self) -> None:
        """Stops serving; may be called twice."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None
            self._clear()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _clear(self) -> None:
        """Removes the resources of this stage from moto's state."""
        vault = secretsmanager_backends[ACCOUNT][REGION].secrets
        for name in [secret.name for secret in vault.values() if secret.name.startswith(f"novex/{self.stage}/")]:
            vault.pop(name)
        s3_backends[ACCOUNT]["aws"].buckets.pop(self.bucket, None)
        s3_backends.bucket_accounts.pop(self.bucket, None)
        queues = sqs_backends[ACCOUNT][REGION].queues
        for name in [name for name in queues if name.startswith(f"novex-{self.stage}-")]:
            queues.pop(name)

    def _create_resources(self) -> None:
        storage = self.client("s3")
        storage.create_bucket(Bucket=self.bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
        storage.put_bucket_versioning(Bucket=self.bucket, VersioningConfiguration={"Status": "Enabled"})
        self._create_queues()
        self.client("sesv2").create_email_identity(EmailIdentity=MAIL_SENDER)
        for name, keys in _GENERATED.items():
            self._generate_secret(f"novex/{self.stage}/{name}", keys)

    def _generate_secret(self, name: str, keys: Sequence[str]) -> None:
        vault = self.client("secretsmanager")
        try:
            vault.describe_secret(SecretId=name)
        except vault.exceptions.ResourceNotFoundException:
            vault.create_secret(Name=name, SecretString=json.dumps({key: secrets.token_hex(32) for key in keys}))

    def _create_queues(self) -> None:
        for name in ("inbox", "jobs"):
            self._create_queue(name, MAX_RECEIVES)
        for queue in modules.consumer_queues():
            self._create_queue(f"{WAKES}{queue}", WAKES_MAX_RECEIVES, is_fifo=True)

    def _create_queue(self, name: str, max_receives: int, *, is_fifo: bool = False) -> None:
        queues, suffix = self.client("sqs"), ".fifo" if is_fifo else ""
        kind = {"FifoQueue": "true"} if is_fifo else {}
        dead = queues.create_queue(QueueName=f"novex-{self.stage}-{name}-dead{suffix}", Attributes=kind)["QueueUrl"]
        arn = queues.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        attributes = kind | {
            "VisibilityTimeout": str(VISIBILITY_SECONDS),
            "RedrivePolicy": json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": str(max_receives)}),
        }
        url = queues.create_queue(QueueName=f"novex-{self.stage}-{name}{suffix}", Attributes=attributes)["QueueUrl"]
        self._queues[name] = url
