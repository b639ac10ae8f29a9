"""What `make run` prints: messages, a line for each request, and the summary after the start."""

from __future__ import annotations

import shlex
from contextlib import suppress
from typing import TextIO

import msgspec

from infra.local import realm
from infra.local.demo_realm import DemoRealm
from infra.local.fetched import ROOT
from infra.local.identity import Identity


class Console:
    """The terminal output. The product's logs are written to a file."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self.quiet = True

    def say(self, *lines: str) -> None:
        with suppress(BrokenPipeError):
            self._out.write("".join(f"{line}\n" for line in lines))
            self._out.flush()

    def request(self, line: str) -> None:
        """Prints a line of the access log with its route template, so without ids, query and personal data."""
        if not self.quiet:
            # Imported late, because its modules read the environment.
            from chalicelib.audit.access_log import route
            from chalicelib.audit.access_log.schemas import AccessLine

            told = msgspec.json.decode(line, type=AccessLine)
            self.say(f"{told.status} {told.method} {route.of_line(told)} {told.latency_ms} ms")


def summary(url: str, identity: Identity, shopify: str) -> list[str]:
    """The lines that are printed after the start: URLs, and three example commands that work in any folder."""
    token = f"make -s -C {shlex.quote(str(ROOT))} token"
    bearer = f'-H "Authorization: Bearer $({token})"'
    sales = f'-H "Authorization: Bearer $({token} AS=sales TENANT=globex)"'
    customer = '{"kind":"company","name":"Curl & Sons"}'
    return [
        "",
        f"  API     {url}",
        f"  Docs    {url}/docs",
        f"  Issuer  {identity.issuer}",
        f"  Shopify {shopify} (simulated)",
        *_about(identity),
        "  Tour    README.md, in another terminal",
        "",
        "Try, in another terminal:",
        f"  curl {bearer} '{url}/v1/items?limit=3'",
        f"  curl {sales} '{url}/v1/sales-orders?limit=3'",
        f"  curl {bearer} -H 'Content-Type: application/json' -H \"Idempotency-Key: $(date +%s)\" "
        f"-d '{customer}' {url}/v1/customers",
        "",
        "Ctrl-C stops everything.",
    ]


def _about(identity: Identity) -> list[str]:
    token = f"  Tokens  make token AS=<role> TENANT={'|'.join(realm.ORGANIZATIONS)}"
    if not isinstance(identity, DemoRealm):
        return [f"{token} (8 hours; Keycloak gives 5 minutes)"]
    return [
        f"{token} (5 minutes)",
        f"  Users   <role>@<tenant>.example, password {identity.password}",
        f"  Console {identity.base}/admin/master/console/, see management.json in {identity.folder}",
        f"  Mails   {identity.mail_folder}",
    ]
