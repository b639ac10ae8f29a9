"""The reference page in a real browser: finding, reading and calling, on a desk and on a phone."""

import re
from collections import Counter
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from infra import guides
from tests.browser import chromium
from tests.browser.chromium import PATIENCE_MS
from tests.browser.reference_page import ReferencePage
from tests.world import Client, World

pytestmark = pytest.mark.long
WIDTHS = {"desk": 1440, "phone": 390}
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(params=WIDTHS.values(), ids=WIDTHS.keys())
def tabs(request: pytest.FixtureRequest, browser: Browser) -> Iterator[BrowserContext]:
    """The tabs of a person with a wide or a narrow screen."""
    with chromium.context(browser, request.param) as opened:
        yield opened


@pytest.fixture
def reference(tabs: BrowserContext, served: str) -> Iterator[ReferencePage]:
    """The page, which must please its reader whatever the test does with it."""
    opened = ReferencePage.open(tabs.new_page(), served)
    yield opened
    assert opened.complaints.foreign == []
    assert opened.complaints.console == []
    assert opened.overflow() == 0


def described_word(world: World) -> tuple[str, str]:
    """A word that only the description of one operation has, and the path of this operation."""
    document = world.anonymous().get("/openapi.json").ok()
    operations = [(path, each) for path, methods in document["paths"].items() for each in methods.values()]
    elsewhere = _words(guides.made(), *(f"{path} {each['summary']}" for path, each in operations))
    found = Counter(word for _, each in operations for word in _words(each.get("description", "")))
    for path, each in operations:
        for word in _words(each.get("description", "")):
            if len(word) > 8 and found[word] == 1 and not any(word in other for other in elsewhere):
                return word, path
    raise AssertionError("no operation has a description with a word of its own")


def _words(*texts: str) -> set[str]:
    return {word.lower() for text in texts for word in re.findall("[A-Za-z]+", text)}


def test_an_operation_is_found_by_a_word_of_its_description(reference: ReferencePage, world: World) -> None:
    word, path = described_word(world)
    expect(reference.search(word).filter(has_text=path).first).to_be_visible()


@pytest.mark.parametrize("words", ["/v1/sales-orders", "List sales orders"], ids=["path", "summary"])
def test_an_operation_is_found_and_shown_by_its_path_and_by_its_summary(reference: ReferencePage, words: str) -> None:
    expect(reference.show(words, "get", "/v1/sales-orders")).to_be_visible()


def test_a_guide_is_found_by_a_word_of_its_text(reference: ReferencePage) -> None:
    reference.search("RFC 9457").filter(has_text="Errors").first.click()
    expect(reference.text("is a problem document of RFC 9457")).to_be_in_viewport()


def test_every_guide_is_in_the_contents_and_can_be_read(reference: ReferencePage) -> None:
    for title, text in _guides():
        reference.contents().get_by_role("link", name=title, exact=True).click()
        expect(reference.page.get_by_role("heading", name=title, exact=True)).to_be_in_viewport()
        expect(reference.text(text).first).to_be_visible()
        assert reference.overflow() == 0, title


def _guides() -> list[tuple[str, str]]:
    """The title of each guide, and the words with which it begins."""
    sections = [each.partition("\n") for each in re.split("^## ", guides.made(), flags=re.MULTILINE)[1:]]
    return [(title.replace("`", ""), _beginning(text)) for title, _, text in sections]


def _beginning(text: str) -> str:
    """The first run of plain words."""
    found = re.search(r"[A-Za-z]+(?: [A-Za-z]+){1,3}", text)
    assert found is not None
    return found[0]


def test_groups_of_operations_open_and_close(reference: ReferencePage) -> None:
    contents = reference.contents()
    link = contents.get_by_role("link", name="Create an item")
    expect(link).to_be_hidden()
    contents.get_by_role("button", name="Open Group - Items", exact=True).click()
    expect(link).to_be_visible()
    contents.get_by_role("button", name="Close Group - Items", exact=True).click()
    expect(link).to_be_hidden()


def test_a_call_with_a_token_is_sent_and_its_response_shown(reference: ReferencePage, acme: Client) -> None:
    sku = acme.post("/v1/items", {"sku": "BROWSER-1", "name": "Bell"}).ok()["sku"]
    reference.log_in(acme.token)
    with reference.page.expect_response(f"{reference.url}/v1/items") as answered:
        reference.send(reference.show("List items", "get", "/v1/items"))
    dialog = reference.page.get_by_role("dialog")
    expect(dialog.get_by_text("200 OK")).to_be_visible()
    expect(dialog.get_by_text(f'"{sku}"').first).to_be_visible()
    assert answered.value.request.header_value("authorization") == f"Bearer {acme.token}"
    assert reference.overflow() == 0


def test_the_example_of_a_command_can_be_sent_as_it_is(reference: ReferencePage, acme: Client) -> None:
    reference.log_in(acme.token)
    reference.send(reference.show("Create a tax code", "post", "/v1/tax-codes"))
    expect(reference.page.get_by_role("dialog").get_by_text("201 Created")).to_be_visible()
    assert len(acme.get("/v1/tax-codes").ok()["data"]) == 1


def test_one_token_serves_all_calls_and_is_not_stored(reference: ReferencePage, acme: Client) -> None:
    reference.log_in(acme.token)
    for words, path in (("List items", "/v1/items"), ("List customers", "/v1/customers")):
        reference.send(reference.show(words, "get", path))
        expect(reference.page.get_by_role("dialog").get_by_text("200 OK")).to_be_visible()
        reference.page.get_by_role("button", name="Close Client").first.click()
        assert acme.token not in reference.stored()
    reference.page.reload()
    reference.wait()
    expect(reference.page.get_by_placeholder("Token").first).to_have_value("")


def test_a_document_that_cannot_be_read_is_said_on_the_page(tabs: BrowserContext, served: str) -> None:
    page = tabs.new_page()
    page.route("**/openapi.json", lambda route: route.fulfill(status=503, body="away"))
    page.goto(f"{served}/docs")
    expect(page.get_by_text("The reference could not be shown")).to_be_visible()
