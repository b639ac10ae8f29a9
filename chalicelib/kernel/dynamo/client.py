"""The clients of AWS, all from one session: one for DynamoDB, which every model and every store call of the process
uses, and one for each other service.

PynamoDB would build a session and a client for each model class (measured: two seconds for twenty models), so all
models share one Connection around the one client (pynamodb_internals.py).
"""

import os
from functools import cache
from typing import Any, Literal

import botocore.session
from botocore.client import Config as ClientConfig
from pynamodb.connection import Connection

from chalicelib.kernel.dynamo import pynamodb_internals

Service = Literal["s3", "secretsmanager", "sqs"]
"""The services besides DynamoDB; the package for Lambda holds the descriptions of these."""

CONNECT_TIMEOUT_SECONDS = 1
READ_TIMEOUT_SECONDS = 5
ATTEMPTS = 3
IMPATIENT_SECONDS = 0.5
"""To connect, and to be answered, for what is not worth more."""


@cache
def session() -> Any:
    """The process's botocore session."""
    return botocore.session.get_session()


@cache
def aws(service: Service) -> Any:
    """The boto3 client of another AWS service, with the same patience."""
    return _boto3_session().client(service, region_name=region(), config=_config())


@cache
def _boto3_session() -> Any:
    """boto3 around the process's session: credentials are looked up once."""
    import boto3  # noqa: PLC0415 - a function without queues, bodies and secrets need not wait for it

    return boto3.Session(botocore_session=session())


@cache
def connection() -> Connection:
    """PynamoDB's connection around the one DynamoDB client."""
    shared = Connection(region=region())
    pynamodb_internals.give_client(shared, session().create_client("dynamodb", region_name=region(), config=_config()))
    return shared


def dynamodb() -> Any:
    """The one DynamoDB client."""
    return connection().client


@cache
def impatient() -> Any:
    """A second DynamoDB client that tries once, for half a second. The session has the service's model by now, so it is
    made in 2 ms."""
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
    """Drops session and clients; tests call it after moving to another endpoint."""
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
    )
