"""The one botocore client. Every model and every store call of the process goes through it.

PynamoDB would build a session and a client for each model class (measured: two seconds for twenty models), so
`adopt` hands each model's TableConnection this shared Connection instead.
"""

import os
from functools import cache
from typing import Any

import botocore.session
from botocore.client import Config as ClientConfig
from pynamodb.connection import Connection

CONNECT_TIMEOUT_SECONDS = 1
READ_TIMEOUT_SECONDS = 5
ATTEMPTS = 3
IMPATIENT_SECONDS = 0.5
"""To connect, and to be answered, for what is not worth more."""


@cache
def session() -> Any:
    """The process's botocore session; other AWS clients (queues, bodies, secrets) are made from it too."""
    return botocore.session.get_session()


@cache
def aws(service: str) -> Any:
    """A client of another AWS service, with the same patience."""
    return session().create_client(service, region_name=region(), config=_config())


@cache
def connection() -> Connection:
    """PynamoDB's connection around the one DynamoDB client."""
    shared = Connection(region=region())
    # PynamoDB has no way to be given a client; its lazy `client` property returns this attribute when it is set.
    shared._client = session().create_client("dynamodb", region_name=region(), config=_config())
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
    for cached in (session, aws, connection, impatient):
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
