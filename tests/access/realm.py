"""What stands around the authorizer in its tests: a clock that is moved by hand and a server of key sets."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from unittest import mock

import jwt

from chalicelib.kernel import clock

JWKS_PATH = "/realms/novex/protocol/openid-connect/certs"


class _OurTime(datetime):
    """What PyJWT takes for `datetime` while another clock is installed: it takes no clock itself."""

    @classmethod
    def now(cls, tz: object = None) -> Any:
        return clock.now()


@contextmanager
def installed(source: clock.Source) -> Iterator[None]:
    """Another clock for the product, PyJWT included."""
    previous = clock.install(source)
    try:
        with mock.patch.object(jwt.api_jwt, "datetime", _OurTime):
            yield
    finally:
        clock.install(previous)


class HandClock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.at.timestamp()

    def sleep(self, seconds: float) -> None:
        self.move(seconds)

    def move(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@contextmanager
def standing_clock() -> Iterator[HandClock]:
    hand = HandClock()
    with installed(hand):
        yield hand


class LaterClock(clock.SystemSource):
    """The real time, moved on by hand."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def now(self) -> datetime:
        return super().now() + timedelta(seconds=self.ahead)


@contextmanager
def later_clock() -> Iterator[LaterClock]:
    later = LaterClock()
    with installed(later):
        yield later


class KeyServer(ThreadingHTTPServer):
    """Serves `body` under `status` and remembers what was asked for; `down()` is an outage that keeps the port."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.status = 200
        self.headers: dict[str, str] = {}
        self.body = b'{"keys":[]}'
        self.asked: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def issuer(self) -> str:
        return f"{self.url}/realms/novex"

    def publish(self, document: Any) -> None:
        self.status, self.body = 200, json.dumps(document).encode()

    def down(self) -> None:
        self.status = 503


class _Handler(BaseHTTPRequestHandler):
    server: KeyServer

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.send_response(self.server.status)
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(self.server.body)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@contextmanager
def key_server() -> Iterator[KeyServer]:
    with KeyServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
