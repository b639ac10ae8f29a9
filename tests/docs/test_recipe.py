"""The recipe of docs/architecture.md, followed in a copy of the repository: a resource added by its folder and one
line, a plain field at three places, a table that nobody may write before its module says so."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs import pages

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[2]
PAGE = "docs/architecture.md"
LIST = "chalicelib/modules.py"
FIELD = {
    "chalicelib/catalog/items/tables.py": (
        "    category = Text(BUSINESS, null=True)\n",
        "    colour = Text(BUSINESS, null=True)\n",
    ),
    "chalicelib/catalog/items/schemas.py": (
        "    category: Category | None = None\n    tracking",
        '    colour: Annotated[str, Meta(max_length=20, description="As it looks.")] | None = None\n    tracking',
    ),
}
CHANGE = (
    "    category: Category | None | UnsetType = UNSET\n",
    '    colour: Annotated[str, Meta(max_length=20, description="As it looks.")] | None | UnsetType = UNSET\n',
)


@pytest.fixture(scope="module")
def recipe() -> dict[str, str]:
    """The files of the recipe."""
    found = (source.partition("\n") for source in pages.fences(PAGE, "python"))
    return {name.removeprefix("# "): text for name, _, text in found if name.startswith("# chalicelib/")}


@pytest.fixture(scope="module")
def copy(recipe: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository after the recipe."""
    folder = tmp_path_factory.mktemp("copy")
    for name in ("chalicelib", "infra", "tests", "docs", "bench", ".chalice"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("app.py", "pyproject.toml", "README.md", "requirements.txt", "requirements-dev.txt"):
        shutil.copy(ROOT / name, folder / name)
    (folder / ".cache").symlink_to(ROOT / ".cache")
    for name, text in recipe.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    (folder / "chalicelib/catalog/brands/__init__.py").touch()
    (change,) = pages.fences(PAGE, "diff")
    before, line = change.splitlines(keepends=True)
    insert(folder / LIST, before[1:], line.removeprefix("+"))
    for name, (before, added) in FIELD.items():
        insert(folder / name, before.partition("    tracking")[0], added.partition("    tracking")[0])
    insert(folder / "chalicelib/catalog/items/schemas.py", *CHANGE)
    run(folder, "-m", "infra.policies")
    return folder


def insert(file: Path, before: str, line: str) -> None:
    """Puts a line behind another one, which must be there; the first if it is there twice."""
    text = file.read_text()
    assert before in text, file.name
    file.write_text(text.replace(before, before + line, 1))


def run(folder: Path, *arguments: str) -> str:
    """What Python prints when it is run in the copy; it must end well."""
    done = subprocess.run(
        [sys.executable, *arguments], cwd=folder, capture_output=True, text=True, check=False, timeout=600
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return done.stdout


def test_outside_its_folder_a_resource_is_one_line(recipe: dict[str, str], copy: Path) -> None:
    assert {Path(name).parent.as_posix() for name in recipe} == {"chalicelib/catalog/brands"}
    (line,) = set((copy / LIST).read_text().splitlines()) - set((ROOT / LIST).read_text().splitlines())
    assert line.strip() == '"catalog.brands",'


def test_the_new_resource_keeps_every_convention_and_the_contract_tests_find_it_by_themselves(copy: Path) -> None:
    files = ("tests/docs/recipe_case.py", "tests/contract/test_samples.py", "tests/contract/test_isolation.py")
    run(copy, "-m", "pytest", "-p", "no:xdist", *files)


def test_the_contract_tests_miss_a_sample_of_the_new_resource(copy: Path) -> None:
    samples = copy / "chalicelib/catalog/brands/samples.py"
    whole = samples.read_text()
    samples.write_text("".join(line for line in whole.splitlines(True) if "update_brand" not in line))
    with pytest.raises(AssertionError, match="update_brand"):
        run(copy, "-m", "pytest", "-p", "no:xdist", "tests/contract/test_samples.py", "-k", "has_a_sample")
    samples.write_text(whole)


def test_the_new_resource_passes_the_types_and_the_floors(copy: Path) -> None:
    run(copy, "-m", "mypy")
    run(copy, "-m", "ruff", "check", "chalicelib")
    run(copy, "-m", "ruff", "format", "--check", "chalicelib")


def test_a_table_is_written_by_no_function_until_its_module_says_so(copy: Path) -> None:
    module = copy / "chalicelib/catalog/brands/module.py"
    declared = module.read_text()
    writing = re.compile("PutItem|UpdateItem|DeleteItem|BatchWriteItem")

    def writers() -> set[str]:
        """Functions whose policy lets them write brands."""
        run(copy, "-m", "infra.policies")
        return {
            path.stem.removeprefix("policy-")
            for path in (copy / ".chalice").glob("policy-*.json")
            for statement in json.loads(path.read_text())["Statement"]
            if writing.search(str(statement["Action"])) and re.search(r"brands|table/novex-[^-]*-\*", str(statement))
        }

    assert "api_handler" in writers()
    module.write_text(declared.replace('    writers={"brands": BY_USE_CASES},\n', ""))
    assert writers() == set()
    module.write_text(declared)
