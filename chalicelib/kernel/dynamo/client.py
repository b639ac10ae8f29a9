"""The AWS clients of the process, all from one session: one for DynamoDB, shared by all models, and one for each other
service.

PynamoDB would create a session and a client for each model class (measured: two seconds for twenty models), so all
models share one Connection with the one client (pynamodb_internals.py).
"""

import gzip
import os
from functools import cache
from pathlib import Path
from typing import Any, Literal

import botocore.session
import msgspec
from botocore.client import Config as ClientConfig
from botocore.loaders import JSONFileLoader, Loader
from pynamodb.connection import Connection

from chalicelib.kernel.dynamo import pynamodb_internals

Service = Literal["s3", "secretsmanager", "sqs", "sesv2"]
"""The services besides DynamoDB; the Lambda package contains botocore's data files of these only."""

CONNECT_TIMEOUT_SECONDS = 1
READ_TIMEOUT_SECONDS = 5
ATTEMPTS = 3
_USER_AGENT = "NovexERP"
"""botocore would describe the machine anew for each call, which takes a tenth of the call's processor time."""
IMPATIENT_SECONDS = 0.5
"""Connect and read timeout of optional calls."""


class _DataFiles(JSONFileLoader):
    """Reads botocore's descriptions of services with msgspec: botocore's own reader takes a third of a client's
    creation."""

    def load_file(self, file_path: str) -> Any:
        for ending, read in ((".json", Path.read_bytes), (".json.gz", _unpacked)):
            file = Path(file_path + ending)
            if file.is_file():
                return msgspec.json.decode(read(file))
        return None


def _unpacked(file: Path) -> bytes:
    return gzip.decompress(file.read_bytes())


@cache
def session() -> Any:
    """The process's botocore session."""
    made = botocore.session.get_session()
    made.register_component("data_loader", Loader(file_loader=_DataFiles()))
    return made


@cache
def aws(service: Service) -> Any:
    """The boto3 client of another AWS service, with the same timeouts and retries."""
    # boto3 would sign links and forms of S3 with the old algorithm, which new buckets refuse.
    config = _config().merge(ClientConfig(signature_version="s3v4")) if service == "s3" else _config()
    return _boto3_session().client(service, region_name=region(), config=config)


@cache
def _boto3_session() -> Any:
    """The boto3 session on top of the botocore session, so that credentials are resolved once."""
    import boto3  # noqa: PLC0415 - slow to import; not needed without queues, bodies and secrets

    return boto3.Session(botocore_session=session())


@cache
def connection() -> Connection:
    """PynamoDB's connection with the one DynamoDB client."""
    shared = Connection(region=region())
    pynamodb_internals.give_client(shared, session().create_client("dynamodb", region_name=region(), config=_config()))
    return shared


def dynamodb() -> Any:
    """The one DynamoDB client."""
    return connection().client


@cache
def impatient() -> Any:
    """A second DynamoDB client without retries, with timeouts of half a second. Creating it takes 2 ms, because the
    session has loaded the service's model already."""
    patience = ClientConfig(
        connect_timeout=IMPATIENT_SECONDS,
        read_timeout=IMPATIENT_SECONDS,
        retries={"mode": "standard", "total_max_attempts": 1},
    )
    return session().create_client("dynamodb", region_name=region(), config=_config().merge(patience))


def region() -> str:
    env = os.environ
    return env.get("AWS_REGION") or env.get("AWS_DEFAULT_REGION") or "us-east-1"


def forget() -> None:
    """Discards session and clients; tests call it after changing the endpoint."""
    for cached in (session, aws, _boto3_session, connection, impatient):
        cached.cache_clear()


def _config() -> ClientConfig:
    return ClientConfig(
        connect_timeout=CONNECT_TIMEOUT_SECONDS,
        read_timeout=READ_TIMEOUT_SECONDS,
        retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
        max_pool_connections=64,
        parameter_validation=False,
        tcp_keepalive=True,
        user_agent=_USER_AGENT,
    )
