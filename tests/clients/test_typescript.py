"""openapi-typescript, with its default settings, makes types by which a strict program orders, ships and tells refusals
apart."""

import json
import shutil
from pathlib import Path

import pytest

from tests.clients.conftest import HERE, Node
from tests.world import Client

pytestmark = pytest.mark.long

TYPESCRIPT = "typescript/bin/tsc"
STRICT = ("--strict", "--target", "es2022", "--module", "nodenext")


@pytest.fixture(scope="module")
def folder(node: Node, specification: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The generated types, and the program in both languages."""
    folder = tmp_path_factory.mktemp("typescript")
    (folder / "node_modules").symlink_to(node.packages / "node_modules")
    (folder / "package.json").write_text('{"type": "module"}')
    shutil.copy(HERE / "order.ts", folder)
    made = node.run("openapi-typescript/bin/cli.js", str(specification), "--output", "api.d.ts", cwd=folder)
    assert (made.returncode, "warn" in made.stderr.lower()) == (0, False), made.stderr
    compiled = node.run(TYPESCRIPT, *STRICT, "order.ts", cwd=folder)
    assert compiled.returncode == 0, compiled.stdout
    return folder


def test_a_strict_program_orders_and_ships_and_narrows_a_refusal_by_its_code(
    node: Node, folder: Path, url: str, stocked: Client
) -> None:
    done = node.run(str(folder / "order.js"), url, stocked.token, cwd=folder)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"refused": "409 5", "status": "done", "total": "47.50"}


WRONG = {
    "not comparable to type": ('"insufficient_stock"', '"insufficient_stok"'),
    'is not assignable to type \'"full" | "partial"': ('reservation: "full"', 'reservation: "ful"'),
    "Type 'number' is not assignable to type 'string'": ('unit_price: "9.5"', "unit_price: 9.5"),
    "'warehouse' does not exist in type": ("warehouse_id: warehouse", "warehouse: warehouse"),
    "Property '\"Idempotency-Key\"' is missing": ('"Idempotency-Key": key(), "If-Match"', '"If-Match"'),
}
"""The compiler's message, and what is replaced in the program by what."""


def test_the_compiler_finds_what_the_api_would_refuse(node: Node, folder: Path) -> None:
    text = (HERE / "order.ts").read_text()
    for number, (right, wrong) in enumerate(WRONG.values()):
        assert right in text
        (folder / f"wrong{number}.ts").write_text(text.replace(right, wrong))
    files = [f"wrong{number}.ts" for number in range(len(WRONG))]
    compiled = node.run(TYPESCRIPT, *STRICT, "--noEmit", "--skipLibCheck", *files, cwd=folder)
    assert compiled.returncode != 0
    for file, message in zip(files, WRONG, strict=True):
        assert f"{file}(" in compiled.stdout, compiled.stdout
        assert message in compiled.stdout, compiled.stdout
