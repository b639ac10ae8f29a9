"""openapi-python-client, with its default settings, makes a client with which a strictly typed program orders, ships
and tells refusals apart."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.clients.conftest import HERE, run
from tests.world import Client

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def client(python: Path, specification: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the generated client."""
    folder = tmp_path_factory.mktemp("python") / "client"
    packages = python / "packages"
    search = {"PYTHONPATH": str(packages), "PATH": f"{packages / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    command = [str(python / "empty" / "bin" / "python"), "-m", "openapi_python_client", "generate"]
    made = run([*command, "--path", str(specification), "--output-path", str(folder)], folder.parent, search)
    assert made.returncode == 0, made.stdout + made.stderr
    assert (made.stdout + made.stderr).strip() == f"Generating {folder}"
    return folder


def test_every_operation_and_every_shared_schema_is_in_the_client(client: Path, specification: Path) -> None:
    document = json.loads(specification.read_text())
    operations = {found["operationId"] for path in document["paths"].values() for found in path.values()}
    made = {file.stem for file in client.glob("*/api/*/*.py")} - {"__init__"}
    assert made == operations
    models = (client / "novex_erp_client" / "models" / "__init__.py").read_text()
    assert [name for name in document["components"]["schemas"] if f'"{name}",' not in models] == []


def checked(program: Path, client: Path) -> subprocess.CompletedProcess[str]:
    """mypy's verdict; what the client imports is here, too, because Schemathesis needs it."""
    options = ["--strict", "--follow-imports=silent", "--config-file=", "--cache-dir", str(client.parent / "mypy")]
    command = [sys.executable, "-m", "mypy", *options, str(program)]
    return run(command, client.parent, {**os.environ, "MYPYPATH": str(client)})


def test_a_strictly_typed_program_orders_and_ships_and_gets_a_refusal_of_its_own_type(
    client: Path, python: Path, url: str, stocked: Client
) -> None:
    verdict = checked(HERE / "order.py", client)
    assert verdict.returncode == 0, verdict.stdout
    command = [str(python / "empty" / "bin" / "python"), "-W", "error", str(HERE / "order.py"), url, stocked.token]
    search = f"{python / 'packages'}{os.pathsep}{client}"
    done = run(command, client.parent, {"PYTHONPATH": search})
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"refused": "409 5", "status": "done"}


def test_the_type_checker_finds_what_the_api_would_refuse(client: Path, tmp_path: Path) -> None:
    text = (HERE / "order.py").read_text()
    wrong = text.replace("shortages[0].available", "allowed_transitions").replace('unit_price="9.5"', "unit_price=9.5")
    wrong = wrong.replace("reservation=ReservationMode.FULL", 'reservation="ful"').replace("if_match=", "match=")
    (tmp_path / "wrong.py").write_text(wrong)
    verdict = checked(tmp_path / "wrong.py", client)
    for message in (
        '"InsufficientStockProblem" has no attribute "allowed_transitions"',
        'Argument "unit_price" to "NewSalesOrderLine" has incompatible type "float"',
        'Argument "reservation" to "NewSalesOrder" has incompatible type "str"',
        'Unexpected keyword argument "match" for "sync"',
    ):
        assert message in verdict.stdout, verdict.stdout
