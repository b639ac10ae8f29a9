"""The product as tests see it: the real engine, the emulated account, the issuer, and the API behind its gateway."""

import functools
import importlib
import json
import os
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

import boto3

from infra.local.aws import LocalAws
from infra.local.engine import DynamoDBLocal
from infra.local.gateway import Gateway
from infra.local.issuer import Issuer
from infra.local.simulators import Simulators
from infra.local.tables import create_tables
from tests.listed import ListedGateway

LOGIN_SECONDS = 600
"""After so long a client logs in anew, because dangerous operations need a recent login."""


@dataclass(frozen=True)
class Reply:
    """An answer of the API."""

    status: int
    headers: dict[str, str]
    body: bytes

    @functools.cached_property
    def json(self) -> Any:
        return json.loads(self.body) if self.body else None

    @property
    def etag(self) -> str:
        return self.header("etag")

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers.items() if key.lower() == name.lower()), "")

    def ok(self) -> Any:
        """The body of a success."""
        assert 200 <= self.status < 300, (self.status, self.body.decode())
        return self.json

    def refused(self, status: int, code: str) -> Any:
        """The problem document of a refusal."""
        assert (self.status, self.json.get("code")) == (status, code), (self.status, self.body.decode())
        return self.json


@dataclass
class Client:
    """One caller of one tenant."""

    world: "World"
    tenant: str
    roles: tuple[str, ...] = ("admin",)
    token: str = ""
    sub: str | None = None

    def __post_init__(self) -> None:
        self._logged_in: float | None = None
        if not self.token:
            self._log_in()

    def _log_in(self) -> None:
        self._logged_in = time.time()
        self.token = self.world.issuer.token(tenant=self.tenant, roles=self.roles, sub=self.sub, lifetime=3600)

    def as_(self, *roles: str) -> "Client":
        """Another user of the same tenant."""
        return Client(self.world, self.tenant, roles)

    def get(self, path: str, **headers: str) -> Reply:
        return self.call("GET", path, headers=headers)

    def post(self, path: str, body: Any = None, key: str | None = None, etag: str | int | None = None) -> Reply:
        return self._send("POST", path, body, {"Idempotency-Key": key or uuid.uuid4().hex}, etag)

    def patch(self, path: str, body: Any, etag: str | int | None = None) -> Reply:
        return self._send("PATCH", path, body, {}, etag)

    def delete(self, path: str, etag: str | int | None = None) -> Reply:
        return self._send("DELETE", path, None, {}, etag)

    def _send(self, method: str, path: str, body: Any, headers: dict[str, str], etag: str | int | None) -> Reply:
        if etag is not None:
            headers["If-Match"] = f'"{etag}"' if isinstance(etag, int) else etag
        return self.call(method, path, body, headers)

    def call(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Reply:
        """Any request, as it is."""
        if self._logged_in and time.time() - self._logged_in > LOGIN_SECONDS:
            self._log_in()
        sent = {"Authorization": f"Bearer {self.token}"} if self.token != "none" else {}
        content = b""
        if body is not None:
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
            sent["Content-Type"] = "application/json"
        return Reply(*self.world.gateway.handle(method, path, {**sent, **(headers or {})}, content))


@dataclass
class World:
    """Everything that is running."""

    engine: DynamoDBLocal
    aws: LocalAws
    issuer: Issuer
    simulators: Simulators
    gateway: Gateway
    access_lines: list[dict[str, str]] = field(default_factory=list)

    def tenant(self, *roles: str, is_sandbox: bool = False) -> Client:
        """A client of a brand-new tenant."""
        organization = self.issuer.directory.found(str(uuid.uuid4()))
        _make_tenant(organization.id, organization.name, organization.alias, is_sandbox=is_sandbox)
        return Client(self, organization.id, roles or ("admin",))

    @functools.cached_property
    def pumps(self) -> Any:
        """The event sources, driven by hand."""
        from infra.local.pumps import Pumps

        return Pumps()

    def settle(self) -> None:
        """Delivers every event that waits, and what these cause."""
        self.pumps.drain()

    def lose_events(self) -> None:
        """Drops every event that waits, as streams do after a day."""
        self.pumps.sequencer.skip()
        self.pumps.dispatcher.skip()

    def anonymous(self) -> Client:
        return Client(self, "nobody", (), token="none")


def _make_tenant(identifier: str, name: str, alias: str, *, is_sandbox: bool) -> None:
    """Makes a tenant as the operator does, but without an entry in the journal, which begins with what a test does."""
    from chalicelib.events import heads
    from chalicelib.identity.tenants import service
    from chalicelib.kernel import ids
    from chalicelib.kernel.call import Call
    from chalicelib.kernel.dynamo import store
    from chalicelib.kernel.tenant import Tenant
    from chalicelib.kernel.work import Work

    work = Work(Call.system(Tenant(identifier), "operator"))
    service.create(work, name, alias, is_sandbox=is_sandbox)
    store.transact(work.actions, ids.new("tok"))
    heads.register(work.tenant)


@contextmanager
def running() -> Iterator[World]:
    """Starts everything in the order in which `make run` does; the app is imported when its environment is set."""
    with ExitStack() as stack:
        engine = stack.enter_context(DynamoDBLocal())
        os.environ.update(engine.environment())
        aws = stack.enter_context(LocalAws())
        issuer = stack.enter_context(Issuer())
        simulators = stack.enter_context(Simulators())
        os.environ.update(aws.environment() | issuer.environment() | simulators.environment())
        aws.keep_secret("keycloak-admin", issuer.admin_secret())
        os.environ.setdefault("POWERTOOLS_LOG_LEVEL", "CRITICAL")
        os.environ.setdefault("NOVEX_WEB_ORIGIN", "http://localhost:3000")
        # On, as deployed, but out of the way of tests that hammer; tests of the limits set their own.
        os.environ.update(NOVEX_RATE_TENANT="1000000", NOVEX_RATE_CALLER="1000000")
        _forget_what_was_imported_early()
        lines: list[dict[str, str]] = []
        create_tables(boto3.client("dynamodb"))
        app = importlib.import_module("app").app
        _declare_as_an_operator()
        yield World(engine, aws, issuer, simulators, ListedGateway(app, on_access=lines.append), lines)


def _declare_as_an_operator() -> None:
    """Announces a change of the sub-processors and supplies terms, which the product itself leaves open."""
    from chalicelib.privacy.processors import catalogue, samples, terms

    catalogue.LISTED = (*catalogue.LISTED, samples.ANNOUNCED)
    terms.text = lambda: samples.TERMS


def _forget_what_was_imported_early() -> None:
    """Test modules import the product while pytest collects, before there is an environment."""
    from chalicelib.kernel import config
    from chalicelib.kernel.dynamo import client

    config.current.cache_clear()
    client.forget()
