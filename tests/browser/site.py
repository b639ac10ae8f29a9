"""A frontend's own web server, on the one origin that the API and Keycloak know."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ORIGIN = "http://localhost:3000"
"""The default of NOVEX_WEB_ORIGIN."""
_TYPES = {"html": "text/html; charset=utf-8", "js": "text/javascript; charset=utf-8", "json": "application/json"}
Files = Mapping[str, bytes]


class _Site(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, files: Files) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.files = files


class _Handler(BaseHTTPRequestHandler):
    server: _Site

    def do_GET(self) -> None:
        """A file by its name; every other path is the page, as in a single-page application."""
        name = self.path.partition("?")[0].lstrip("/")
        name = name if name in self.server.files else "index.html"
        content = self.server.files[name]
        self.send_response(200)
        self.send_header("Content-Type", _TYPES[name.rpartition(".")[2]])
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@contextmanager
def serving(files: Files) -> Iterator[str]:
    """Serves the files on a free port; the flag by which a browser finds them at ORIGIN.

    A browser maps the origin to the port by itself, so that port 3000 of the machine need not be free.
    """
    with _Site(files) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        try:
            place = f"127.0.0.1:{server.server_port}"
            yield f"--host-resolver-rules=MAP localhost:3000 {place}, MAP localhost:3001 {place}"
        finally:
            server.shutdown()
