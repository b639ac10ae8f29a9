"""The blocks of docs/performance.md that are made here: each between two comments that name it."""

from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"


def _marks(name: str) -> tuple[str, str]:
    return f"<!-- {name}: made by python -m bench -->\n", f"<!-- end of {name} -->\n"


def read(name: str) -> str:
    """The block's text. ValueError when the page has no such block."""
    begin, end = _marks(name)
    text = PAGE.read_text()
    return text[text.index(begin) + len(begin) : text.index(end)].strip()


def write(name: str, block: str) -> None:
    """Replaces the block."""
    begin, end = _marks(name)
    text = PAGE.read_text()
    first, last = text.index(begin) + len(begin), text.index(end)
    PAGE.write_text(f"{text[:first]}\n{block}\n\n{text[last:]}")
