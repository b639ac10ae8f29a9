"""The guides of the reference page are the sections of docs/api.md and of the pages of areas."""

import re

from infra import guides


def test_the_guides_are_up_to_date() -> None:
    assert guides.TARGET.read_text() == guides.made(), "run: python -m infra.guides"


def test_every_section_of_the_pages_is_a_guide() -> None:
    headings = re.compile(r"^## (.*)$", re.MULTILINE)
    assert headings.findall(guides.made()) == headings.findall("\n".join(guides.written()))
    assert {"Errors", "Lists", "What changed: the feed"} <= set(headings.findall(guides.made()))


def test_a_guide_holds_nothing_that_only_works_in_a_checkout() -> None:
    made = guides.made()
    assert not re.search(r"^# ", made, re.MULTILINE)
    for part in ("```sh", "```mermaid", "$URL", "](", "<!--", ":\n\n##"):
        assert part not in made


def test_a_guide_has_tables_of_few_columns() -> None:
    rows = [line for line in guides.made().splitlines() if line.startswith("|")]
    assert max(row.count("|") for row in rows) == 4
    assert "| 409 | `insufficient_stock` | There is not enough stock |" in rows
