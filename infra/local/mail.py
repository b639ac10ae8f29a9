"""Receives the mails that Keycloak sends, on loopback, for tests and developers."""

from __future__ import annotations

import asyncio
import html
import itertools
import re
import threading
import time
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path
from types import TracebackType
from typing import Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from infra.local.ports import free_port
from infra.local.private_files import private_folder, write_private

WAIT_SECONDS = 10.0


class MailCatcher:
    """An SMTP server that stores mails: each as a file in the data folder if there is one, else in memory.

    Use it as a context manager; `settings()` are the placeholders of the realm file with its address.
    """

    def __init__(self, data: Path | str | None = None, port: int = 0) -> None:
        self._data = private_folder(Path(data)) if data is not None else None
        # The library does not support port 0 for any free port.
        self.port = port or free_port()
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._mails: list[EmailMessage] = []

    def settings(self) -> dict[str, str]:
        """The placeholders of the realm file with this server's address."""
        return {"NOVEX_SMTP_HOST": "127.0.0.1", "NOVEX_SMTP_PORT": str(self.port)}

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._controller.stop()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - its name
        """Called by aiosmtpd for every mail."""
        content = bytes(envelope.content or b"")
        if self._data is not None:
            name = f"{time.strftime('%Y%m%d-%H%M%S')}-{next(self._numbers):04}.eml"
            await asyncio.to_thread(write_private, self._data / name, content)
        else:
            with self._lock:
                self._mails.append(BytesParser(policy=default).parsebytes(content))
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        """The mails to that address so far, oldest first."""
        with self._lock:
            return [mail for mail in self._mails if address in str(mail["To"])]

    def wait(self, address: str, count: int = 1) -> EmailMessage:
        """Waits until there are `count` mails to the address, and returns the newest. Raises TimeoutError."""
        deadline = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < deadline:
            mails = self.to(address)
            if len(mails) >= count:
                return mails[-1]
            time.sleep(0.02)
        raise TimeoutError(f"no mail number {count} within {WAIT_SECONDS:.0f} s")


def text_of(mail: EmailMessage) -> str:
    """The plain text of the mail. Keycloak writes HTML character references (`&#61;` in links) into it, which are
    decoded."""
    body = mail.get_body(("plain", "html"))
    return "" if body is None else html.unescape(str(body.get_content()))


def link_in(mail: EmailMessage) -> str:
    """The first link in the mail. Raises ValueError when there is none."""
    found = re.search(r"https?://[^\s\"'<>]+", text_of(mail))
    if found is None:
        raise ValueError("the mail has no link")
    return found[0]
