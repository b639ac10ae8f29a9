"""Writes the guides of the reference page, from docs/api.md and the pages of areas: `python -m infra.guides`, part of
`make generate`.

Each section of these pages is a guide, without its shell blocks and their output, which need a checkout of the project,
and with tables of at most three columns, because the page shows guides in a narrow column.
"""

import re
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[1]
_AREAS = (
    "items",
    "parties",
    "prices",
    "stock",
    "orders",
    "shipping",
    "search",
    "import",
    "privacy-requests",
    "privacy-registers",
)
PAGES = ("docs/api.md", *(f"docs/{area}.md" for area in _AREAS))
TARGET = _ROOT / "chalicelib" / "edge" / "system" / "guides.md"
_COLUMNS = 3
_SECTION = re.compile(r"^## .*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_SHELL = re.compile(r":?\n```sh\n.*?^```\n(?:```text\n.*?^```\n)?", re.MULTILINE | re.DOTALL)
_COMMENT = re.compile(r"^<!--.*?-->\n", re.MULTILINE)
_LINK = re.compile(r"\[([^\]]+)\]\([^)\s]+\)")
_ROW = re.compile(r"^\|.*\|$", re.MULTILINE)


def made() -> str:
    """The guides in Markdown: a heading of the second level begins each."""
    return "\n".join(f"{_guide(section).strip()}\n" for page in written() for section in _SECTION.findall(page))


def written() -> list[str]:
    """The pages."""
    return [(_ROOT / page).read_text(encoding="utf-8") for page in PAGES]


def _guide(section: str) -> str:
    """The section as the page shows it; the page has no diagrams, and links to other pages of docs/ lead nowhere."""
    text = _SHELL.sub(lambda block: ".\n" if block[0].startswith(":") else "\n", section)
    text = _COMMENT.sub("\n", text).replace("```mermaid\nstateDiagram-v2\n", "```text\n")
    text = _ROW.sub(lambda row: _narrow(row[0]), _LINK.sub(r"\1", text))
    return re.sub(r"\n{3,}", "\n\n", text)


def _narrow(row: str) -> str:
    return "|".join(row.strip("|").split("|")[:_COLUMNS]).join("||")


if __name__ == "__main__":
    TARGET.write_text(made(), encoding="utf-8")
