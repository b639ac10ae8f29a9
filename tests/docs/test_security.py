"""Every row of docs/security.md is proved by tests that pytest collects and runs."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "security.md"
_PROOF = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def rows() -> list[list[str]]:
    """The cells of every row of the tables with a column of proofs, which is the last one."""
    found: list[list[str]] = []
    heads: list[str] = []
    for line in PAGE.read_text().splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split(" | ")] if line.startswith("|") else []
        if not cells:
            heads = []
        elif not heads:
            heads = cells
        elif heads[-1] == "Proof" and not line.startswith("| ---"):
            assert len(cells) == len(heads), line
            found.append(cells)
    return found


@cache
def collected(name: str) -> frozenset[str]:
    """The tests of a module that run: functions at its top whose name begins with `test_`, and that nothing skips."""
    path = ROOT / name
    if not path.is_file() or not path.name.startswith("test_"):
        return frozenset()
    functions = [node for node in ast.parse(path.read_text()).body if isinstance(node, ast.FunctionDef)]
    kept = [node for node in functions if not any("skip" in ast.dump(each) for each in node.decorator_list)]
    return frozenset(node.name for node in kept if node.name.startswith("test_"))


@pytest.mark.parametrize("cells", rows(), ids=lambda cells: cells[0])
def test_a_row_names_tests_that_are_collected(cells: list[str]) -> None:
    proofs = _PROOF.findall(cells[-1])
    assert proofs, "no test proves this row"
    assert _PROOF.sub("", cells[-1]).replace("<br>", "").strip() == ""
    assert [f"{module}::{name}" for module, name in proofs if name not in collected(module)] == []
    assert all(cells), "an empty cell"


def test_the_page_has_its_tables_whole() -> None:
    first = [cells[0] for cells in rows()]
    assert [name for name in first if name.startswith("API")] == [f"API{number}" for number in range(1, 11)]
    assert len([name for name in first if re.match(r"\d+\.\d+\.\d+", name)]) >= 50
    assert len(set(first)) == len(first)


def test_every_test_of_an_attacker_is_named_on_the_page() -> None:
    named = {module for cells in rows() for module, _ in _PROOF.findall(cells[-1])}
    there = {str(path.relative_to(ROOT)) for path in (ROOT / "tests" / "security").glob("test_*.py")}
    assert there - named == set()
