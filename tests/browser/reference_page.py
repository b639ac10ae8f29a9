"""The reference page as its reader uses it."""

import re
from dataclasses import dataclass

from playwright.sync_api import Locator, Page

from tests.browser.chromium import Complaints


@dataclass
class ReferencePage:
    """The page at `/docs` of a running API, in a tab of its own."""

    page: Page
    url: str
    complaints: Complaints

    @classmethod
    def open(cls, page: Page, url: str) -> "ReferencePage":
        """Opens it, and waits until the operations are there."""
        opened = cls(page, url, Complaints().of(page, url))
        page.goto(f"{url}/docs")
        opened.wait()
        return opened

    def wait(self) -> None:
        self.page.get_by_role("heading", name="NovexERP").wait_for()
        self.page.locator("aside").get_by_text("Items", exact=True).wait_for(state="attached")
        self.page.get_by_placeholder("Token").first.wait_for()

    @property
    def is_narrow(self) -> bool:
        """Whether the contents are behind a button."""
        return self.page.get_by_role("button", name="Open Menu").is_visible()

    def contents(self) -> Locator:
        """The table of contents, which is opened where it is hidden."""
        if self.is_narrow:
            self.page.get_by_role("button", name="Open Menu").click()
        return self.page.get_by_role("complementary").filter(visible=True)

    def search(self, words: str) -> Locator:
        """What the page finds."""
        self.contents().get_by_role("button", name="Open Search").click()
        self.page.get_by_role("combobox", name="Enter search query").fill(words)
        return self.page.get_by_role("option")

    def show(self, words: str, method: str, path: str) -> Locator:
        """Searches for an operation and shows it; its button for a call."""
        self.search(words).filter(has_text=f"HTTP Method: {method}").filter(has_text=path).first.click()
        button = self.page.get_by_role("button", name=f"({method} {path})").first
        button.wait_for()
        return button

    def text(self, words: str) -> Locator:
        """Where the words are."""
        return self.page.get_by_role("main").get_by_text(words)

    def log_in(self, token: str) -> None:
        """Fills in the token box."""
        self.page.get_by_placeholder("Token").first.fill(token)

    def send(self, button: Locator) -> None:
        """Opens the call of an operation by its button, and sends it as it is."""
        button.click()
        self.page.get_by_role("dialog").get_by_role("button", name=re.compile("^Send (get|post) request")).click()

    def overflow(self) -> int:
        """By how many pixels the page is wider than its window."""
        wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        return int(self.page.evaluate(wider))

    def stored(self) -> str:
        """Everything that the page has stored in the browser."""
        kept = "[{...localStorage}, {...sessionStorage}, document.cookie, await indexedDB.databases()]"
        return str(self.page.evaluate(f"async () => JSON.stringify({kept})"))
