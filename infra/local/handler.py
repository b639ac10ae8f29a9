"""What the HTTP servers of the local environment have in common."""

from http.server import BaseHTTPRequestHandler
from typing import Any


class Handler(BaseHTTPRequestHandler):
    """One connection, which stays open. Headers and body are sent together and at once: in two packets, the second one
    waits up to 40 ms for the client's acknowledgement of the first."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True

    def handle_expect_100(self) -> bool:
        """Flushes the 100 response, because the client waits for it before it sends the body."""
        answered = super().handle_expect_100()
        self.wfile.flush()
        return answered

    def log_message(self, format: str, *args: Any) -> None:
        """Logs nothing, because request lines and bodies contain codes and credentials."""
