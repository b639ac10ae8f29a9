"""`make screenshots`: takes the pictures of the reference page in docs/."""

from infra.local.server import serve
from tests.browser import chromium
from tests.browser.reference_page import ReferencePage
from tests.docs.pages import ROOT
from tests.world import running

SIZES = {1440: 900, 390: 844}
URL = "http://localhost:8000"
"""What the pictures show as the address of the API, as in `make run`."""


def take() -> None:
    """Writes docs/reference-<width>.png for each width."""
    with running() as world, serve(world.gateway) as server:
        place = server.url.removeprefix("http://")
        with chromium.running(f"--host-resolver-rules=MAP localhost:8000 {place}") as browser:
            for width, height in SIZES.items():
                with chromium.context(browser, width, height) as tabs:
                    reference = ReferencePage.open(tabs.new_page(), URL)
                    reference.show("Create an item", "post", "/v1/items")
                    reference.page.wait_for_load_state("networkidle")
                    reference.page.screenshot(path=ROOT / "docs" / f"reference-{width}.png", animations="disabled")


if __name__ == "__main__":
    take()
