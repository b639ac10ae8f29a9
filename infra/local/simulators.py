"""Serves the simulators of platforms on loopback, each below its name: `/shopify/<shop's domain>/...`."""

from __future__ import annotations

import threading
from http.server import ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import unquote, urlsplit

from chalicelib.integrations.simulators.shopify import Answer, Shopify
from infra.local.handler import Handler
from infra.local.private_files import private_folder, write_private

MAX_BODY_BYTES = 1024 * 1024
_FILE = "shopify.json"


class Simulators:
    """The server; use it as a context manager. With a data folder, what the simulators hold survives a restart.

    Functions need `environment()` to call them in place of the platforms.
    """

    def __init__(self, data: Path | None = None) -> None:
        path = private_folder(data) / _FILE if data is not None else None
        saved = path.read_bytes() if path is not None and path.exists() else None
        self.shopify = Shopify(saved, lambda state: path and write_private(path, state))
        self._server = _Server(self.shopify)

    @property
    def shopify_url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/shopify"

    def environment(self) -> dict[str, str]:
        """Environment variables of functions that call the simulators."""
        return {"NOVEX_PLATFORM_SHOPIFY_URL": f"{self.shopify_url}/{{shop}}"}

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, name="local-simulators", daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, shopify: Shopify) -> None:
        self._shopify = shopify
        # The simulator is one object without locks.
        self._one_at_a_time = threading.Lock()
        super().__init__(("127.0.0.1", 0), _Handler)

    def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        platform, _, rest = unquote(urlsplit(path).path).lstrip("/").partition("/")
        if platform != "shopify":
            return Answer(404, b"{}")
        with self._one_at_a_time:
            return self._shopify.handle(method, rest, headers, body)


class _Handler(Handler):
    timeout = 30
    server: _Server

    def do_GET(self) -> None:
        self._respond()

    def do_POST(self) -> None:
        self._respond()

    def do_PUT(self) -> None:
        self._respond()

    def _respond(self) -> None:
        length = self.headers.get("Content-Length", "0")
        if not length.isdigit() or int(length) > MAX_BODY_BYTES:
            self.close_connection = True
            self._send(Answer(413, b"{}"))
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        self._send(self.server.answer(self.command, self.path, headers, self.rfile.read(int(length))))

    def _send(self, answer: Answer) -> None:
        self.send_response_only(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)
