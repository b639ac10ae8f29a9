"""What is installed is what was reviewed: pinned, hashed, from nowhere else, and listed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from infra import sbom
from tests.infra.conftest import Packaged

LOCKS = ("requirements.txt", "requirements-dev.txt", "infra/local/node-requirements.txt")


@pytest.mark.parametrize("name", LOCKS)
def test_every_requirement_is_pinned_with_hashes_and_names_no_place_to_get_it(name: str) -> None:
    text = (sbom.ROOT / name).read_text()
    entries = sbom.locked(text)
    starts = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
    assert len(entries) == len(starts) > 0
    assert {f"{entry.name}=={entry.version} \\" for entry in entries} == set(starts)
    assert all(entry.hashes for entry in entries)
    for word in ("://", "--index-url", "--extra-index-url", "--find-links", "--trusted-host", " @ "):
        assert word not in text


@pytest.mark.parametrize("name", LOCKS)
def test_every_requirement_that_is_asked_for_is_in_its_lock_at_that_version(name: str) -> None:
    asked = (sbom.ROOT / name).with_suffix(".in").read_text().splitlines()
    pinned = {f"{entry.name}=={entry.version}" for entry in sbom.locked((sbom.ROOT / name).read_text())}
    requested = {line.partition("[")[0] + line.rpartition("]")[2] if "[" in line else line for line in asked}
    requested = {line for line in requested if line and not line.startswith(("#", "-r "))}
    assert requested
    assert requested <= pinned


def test_what_runs_in_lambda_is_the_same_version_here() -> None:
    here = {entry.name: entry for entry in sbom.locked(sbom.TOOLS.read_text())}
    for entry in sbom.locked(sbom.RUNTIME.read_text()):
        assert (here[entry.name].version, here[entry.name].hashes) == (entry.version, entry.hashes)


def test_everything_is_installed_with_its_hashes_checked() -> None:
    assert "--require-hashes" in (sbom.ROOT / "Makefile").read_text()
    assert "--require-hashes" in (sbom.ROOT / "infra/wheels.py").read_text()


@pytest.fixture(scope="module")
def bill(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, object]]:
    """The components that `make sbom` lists, by name."""
    target = tmp_path_factory.mktemp("sbom") / "sbom.json"
    command = [sys.executable, "-m", "infra.sbom", "--out", str(target)]
    subprocess.run(command, cwd=sbom.ROOT, check=True, capture_output=True)
    document = json.loads(target.read_text())
    assert document["bomFormat"] == "CycloneDX"
    assert document["metadata"]["component"]["name"] == "novexerp"
    return {component["name"]: component for component in document["components"]}


def test_every_locked_runtime_package_is_in_the_bill_of_materials_with_its_hashes(
    bill: dict[str, dict[str, object]],
) -> None:
    assert bill.keys() == {entry.name for entry in sbom.runtime()}
    for entry in sbom.runtime():
        component = bill[entry.name]
        assert component["purl"] == f"pkg:pypi/{entry.name}@{entry.version}"
        assert component["version"] == entry.version
        text = json.dumps(component["externalReferences"])
        assert all(f'{{"alg": "SHA-256", "content": "{digest}"}}' in text for digest in entry.hashes)


def test_nothing_is_in_the_package_that_is_not_in_the_bill_of_materials(
    packaged: Packaged, bill: dict[str, dict[str, object]]
) -> None:
    shipped = {each.name.partition("-")[0].lower().replace("_", "-") for each in packaged.code.glob("*.dist-info")}
    assert shipped
    assert shipped <= bill.keys()


def test_the_bill_of_materials_is_the_same_every_time(tmp_path: Path) -> None:
    for name in ("one.json", "two.json"):
        sbom.write(tmp_path / name)
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()
