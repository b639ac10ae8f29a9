"""Blocks of documentation that are made, not written: each lies between two comments that name it."""

from pathlib import Path

DOCS = Path(__file__).parents[1] / "docs"


def _marks(name: str) -> tuple[str, str]:
    return f"<!-- {name}: made, not written -->\n", f"<!-- end of {name} -->"


def read(page: str, name: str) -> str:
    """The block's text. ValueError when the page has no such block."""
    begin, end = _marks(name)
    text = (DOCS / page).read_text()
    return text[text.index(begin) + len(begin) : text.index(end)].strip()


def write(page: str, name: str, block: str) -> None:
    """Replaces the block."""
    begin, end = _marks(name)
    text = (DOCS / page).read_text()
    first, last = text.index(begin) + len(begin), text.index(end)
    (DOCS / page).write_text(f"{text[:first]}{block}\n{text[last:]}")
