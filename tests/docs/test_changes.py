"""The table "To change X, open Y" of docs/architecture.md names files and names that there are."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_ROW = re.compile(r"^\| ([^|]+) \| ((?:`[^`]+`(?:, )?)+) \| ((?:`[^`]+`(?:, )?)+) \|$", re.MULTILINE)
_CODE = re.compile(r"`([^`]+)`")


def rows() -> list[tuple[str, list[str], list[str]]]:
    """What is changed, the files, the names in them."""
    text = (ROOT / "docs/architecture.md").read_text()
    table = text.partition("## To change X, open Y\n")[2].partition("\n## ")[0]
    return [(change, _CODE.findall(files), _CODE.findall(names)) for change, files, names in _ROW.findall(table)]


def defined(file: Path) -> set[str]:
    """The functions, classes and variables that a file defines at its top."""
    found = set()
    for node in ast.parse(file.read_text()).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign):
            found |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found.add(node.target.id)
    return found


def test_there_are_thirty_changes_each_once() -> None:
    changes = [change for change, _, _ in rows()]
    table = (ROOT / "docs/architecture.md").read_text().partition("## To change X, open Y\n")[2].partition("\n## ")[0]
    assert len(changes) == table.count("\n|") - 2 >= 30
    assert len(set(changes)) == len(changes)


@pytest.mark.parametrize(("change", "files", "names"), rows())
def test_every_file_and_every_name_is_there(change: str, files: list[str], names: list[str]) -> None:
    paths = [ROOT / name if name.startswith("infra/") else ROOT / "chalicelib" / name for name in files]
    there = [defined(path) for path in paths]
    assert set(names) <= set().union(*there), change
    assert all(names_of & set(names) for names_of in there), change
