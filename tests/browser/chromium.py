"""Headless Chromium, as the machine has it, and what it complains about."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

PATIENCE_MS = 120_000
"""For everything that a test waits for: the machine may be slow."""
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def program() -> str:
    """The path of Chromium. Skips the test where there is none; in CI that is a failure."""
    found = shutil.which("chromium")
    if found is None:
        reason = "Chromium is missing (on Debian: apt-get install chromium)"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@contextmanager
def running(*flags: str) -> Iterator[Browser]:
    """A browser with an empty profile."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(), args=[*_FLAGS, *flags], timeout=PATIENCE_MS)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def context(browser: Browser, width: int = 1440, height: int = 900) -> Iterator[BrowserContext]:
    """Tabs of one person: they share cookies and storage, and no other context does."""
    opened = browser.new_context(viewport={"width": width, "height": height})
    opened.set_default_timeout(PATIENCE_MS)
    try:
        yield opened
    finally:
        opened.close()


@dataclass
class Complaints:
    """What a page did that its reader would not want."""

    console: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    def of(self, page: Page, origin: str) -> "Complaints":
        """Notes errors and warnings of the page, and its requests to other origins."""
        page.on("console", lambda message: self._said(message.type, message.text))
        page.on("pageerror", lambda error: self.console.append(str(error)))
        page.on("request", lambda request: self._requested(request.url, origin))
        return self

    def _said(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self.console.append(text)

    def _requested(self, url: str, origin: str) -> None:
        if not url.startswith((f"{origin}/", "data:", "blob:")):
            self.foreign.append(url)
