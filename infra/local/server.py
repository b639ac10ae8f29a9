"""The HTTP server of the local gateway: threaded, HTTP/1.1 with keep-alive."""

from __future__ import annotations

import socket
import threading
from http.server import ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from infra.local.gateway import MAX_REQUEST_BYTES, Gateway
from infra.local.handler import Handler

IDLE_SECONDS = 75.0
# Many clients that connect at the same time must not be refused.
BACKLOG = 256


class _Handler(Handler):
    timeout = IDLE_SECONDS
    server: Server

    def _respond(self) -> None:
        source_ip = str(self.client_address[0])
        refusal, body = self._read_body()
        if refusal:
            # Otherwise the unread body would be parsed as the next request.
            self.close_connection = True
            answer = self.server.gateway.refuse(self.command, self.path, refusal, source_ip)
        else:
            headers = {name: ", ".join(self.headers.get_all(name, [])) for name in self.headers}
            answer = self.server.gateway.handle(self.command, self.path, headers, body, source_ip)
        self._send(*answer)

    def __getattr__(self, name: str) -> Any:
        """Passes all HTTP methods to the gateway, which refuses undeclared ones."""
        if name.startswith("do_"):
            return self._respond
        raise AttributeError(name)

    def _read_body(self) -> tuple[str, bytes]:
        """The body, or the gateway's response type for refusing it."""
        if self.headers.get("Transfer-Encoding"):
            return "BAD_REQUEST_BODY", b""
        length, *more = self.headers.get_all("Content-Length", ["0"])
        if more or not (length.isascii() and length.isdigit()):
            return "BAD_REQUEST_BODY", b""
        if int(length) > MAX_REQUEST_BYTES:
            return "REQUEST_TOO_LARGE", b""
        return "", self.rfile.read(int(length))

    def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response_only(status)
        self.send_header("Date", self.date_time_string())
        for name, value in headers.items():
            if name.lower() not in ("content-length", "connection"):
                self.send_header(name, value)
        if status not in (204, 304):
            self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD" and status not in (204, 304):
            self.wfile.write(body)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Sends the gateway's bad-request response when the server cannot parse the request line, headers or URL."""
        self.close_connection = True
        # The HTTP version of an invalid request line is unknown; without one, no headers would be sent.
        self.request_version = self.protocol_version
        self.command = getattr(self, "command", None) or "-"
        self._send(*self.server.gateway.refuse(self.command, "-", "DEFAULT_4XX", str(self.client_address[0])))


class Server(ThreadingHTTPServer):
    """Serves a gateway on a listening socket, which several processes may share; use it as a context manager."""

    daemon_threads = True

    def __init__(self, gateway: Gateway, listener: socket.socket) -> None:
        self.gateway = gateway
        super().__init__(listener.getsockname(), _Handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listener
        # Another process may accept the connection that woke this one.
        listener.setblocking(False)
        self._thread = threading.Thread(target=self.serve_forever, name="local-gateway", daemon=True)

    @property
    def url(self) -> str:
        host, port = self.server_address[:2]
        return f"http://{host!s}:{port}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignores clients that closed their connection; the gateway handles all other errors."""

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stops accepting and closes the socket."""
        self.shutdown()
        self.server_close()


def listen(port: int = 0) -> socket.socket:
    """A listening socket on loopback; port 0 uses a free one. Raises OSError when the port is in use."""
    return socket.create_server(("127.0.0.1", port), backlog=BACKLOG)


def serve(gateway: Gateway) -> Server:
    """A server for the gateway on a free port."""
    return Server(gateway, listen())
