"""What is installed is what was reviewed: pinned, hashed, from nowhere else, and listed."""

import gzip
import hashlib
import json
import subprocess
import sys
import sysconfig
import tempfile
import venv
from pathlib import Path

import pytest

from chalicelib.privacy.policy import texts
from infra import guides, lockfile, reference, sbom
from tests.infra.conftest import Packaged

LOCKS = (
    "requirements.txt",
    "requirements-dev.txt",
    "infra/local/node-requirements.txt",
    "infra/openapi_diff/go-requirements.txt",
    "tests/emulator/requirements.txt",
    "tests/clients/requirements.txt",
)
NODE_LOCKS = ("docs/frontend/package-lock.json", "tests/clients/package-lock.json")


@pytest.mark.parametrize("name", LOCKS)
def test_every_requirement_is_pinned_with_hashes_and_names_no_place_to_get_it(name: str) -> None:
    text = (lockfile.ROOT / name).read_text()
    entries = lockfile.locked(text)
    starts = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
    assert len(entries) == len(starts) > 0
    assert {f"{entry.name}=={entry.version} \\" for entry in entries} == set(starts)
    assert all(entry.hashes for entry in entries)
    for word in ("://", "--index-url", "--extra-index-url", "--find-links", "--trusted-host", " @ "):
        assert word not in text


@pytest.mark.parametrize("name", NODE_LOCKS)
def test_every_package_of_node_is_pinned_with_a_hash_and_names_no_place_to_get_it(name: str) -> None:
    file = lockfile.ROOT / name
    project, *packages = json.loads(file.read_text())["packages"].values()
    assert project["dependencies"] == json.loads(file.with_name("package.json").read_text())["dependencies"]
    assert all(version[0].isdigit() for version in project["dependencies"].values())
    assert packages
    for package in packages:
        assert package["integrity"].startswith("sha512-")
        assert "resolved" not in package


@pytest.mark.parametrize("name", LOCKS)
def test_every_requirement_that_is_asked_for_is_in_its_lock_at_that_version(name: str) -> None:
    asked = (lockfile.ROOT / name).with_suffix(".in").read_text().splitlines()
    pinned = {f"{entry.name}=={entry.version}" for entry in lockfile.locked((lockfile.ROOT / name).read_text())}
    requested = {line.partition("[")[0] + line.rpartition("]")[2] if "[" in line else line for line in asked}
    requested = {line for line in requested if line and not line.startswith(("#", "-r ", "-c "))}
    assert requested
    assert requested <= pinned


def test_what_runs_in_lambda_is_the_same_version_here() -> None:
    here = {entry.name: entry for entry in lockfile.locked(lockfile.TOOLS.read_text())}
    for entry in lockfile.locked(lockfile.RUNTIME.read_text()):
        assert (here[entry.name].version, here[entry.name].hashes) == (entry.version, entry.hashes)


def test_everything_is_installed_with_its_hashes_checked() -> None:
    assert "--require-hashes" in (lockfile.ROOT / "infra/local/install.py").read_text()
    assert "--require-hashes" in (lockfile.ROOT / "infra/wheels.py").read_text()


PIP = (sys.executable, "-m", "pip")
OWNERS = {"chalice", "boto3", "pynamodb", "pyjwt", "requests", "aws-lambda-powertools"}
IMPORT = """
import sys; sys.path.insert(0, sys.argv[1])
import app, chalicelib.access.decoder, chalicelib.modules
from chalicelib.kernel.dynamo import client
print(app.app.app_name, client.dynamodb().meta.service_model.service_name, type(client.aws("sqs")).__name__)
"""


def test_the_owners_packages_are_in_the_runtimes_file_and_moto_is_a_tool() -> None:
    asked = {
        line.partition("==")[0].partition("[")[0]: name
        for name in ("requirements-dev.in", "requirements.in")
        for line in (lockfile.ROOT / name).read_text().splitlines()
    }
    assert {name for name, file in asked.items() if file == "requirements.in"} >= OWNERS
    assert asked["moto"] == "requirements-dev.in"


def test_requirements_txt_alone_is_enough_to_import_the_application(tmp_path: Path) -> None:
    """In a fresh environment, from files that are downloaded once and whose hashes are checked each time."""
    venv.create(tmp_path / "venv")
    interpreter = tmp_path / "venv" / "bin" / "python"
    locked = ["--quiet", "--disable-pip-version-check", "--require-hashes", "--requirement", str(lockfile.RUNTIME)]
    install = ["--python", str(interpreter), "install", "--no-compile", "--no-index", "--find-links", str(files())]
    subprocess.run([*PIP, *install, *locked], check=True)
    done = subprocess.run(
        [interpreter, "-I", "-W", "error", "-c", IMPORT, str(lockfile.ROOT)],
        cwd=tmp_path,
        env={"AWS_DEFAULT_REGION": "eu-central-1", "AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout.split()) == (0, ["novex", "dynamodb", "SQS"]), done.stderr


def files() -> Path:
    """What pip would install from requirements.txt on this machine, kept in .cache/."""
    name = f"{lockfile.RUNTIME.read_text()}{sysconfig.get_platform()}{sys.version_info[:2]}"
    folder = lockfile.ROOT / ".cache" / "requirements" / hashlib.sha256(name.encode()).hexdigest()[:16]
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as temporary:
            download = ["download", "--dest", f"{temporary}/files", "--quiet", "--disable-pip-version-check"]
            subprocess.run([*PIP, *download, "--require-hashes", "--requirement", str(lockfile.RUNTIME)], check=True)
            Path(temporary, "files").rename(folder)
    return folder


@pytest.fixture(scope="module")
def bill(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, object]]:
    """The components that `make sbom` lists, by name."""
    target = tmp_path_factory.mktemp("sbom") / "sbom.json"
    command = [sys.executable, "-m", "infra.sbom", "--out", str(target)]
    subprocess.run(command, cwd=lockfile.ROOT, check=True, capture_output=True)
    document = json.loads(target.read_text())
    assert document["bomFormat"] == "CycloneDX"
    assert document["metadata"]["component"]["name"] == "novexerp"
    return {component["name"]: component for component in document["components"]}


def test_every_locked_runtime_package_is_in_the_bill_of_materials_with_its_hashes(
    bill: dict[str, dict[str, object]],
) -> None:
    assert bill.keys() == {entry.name for entry in lockfile.runtime()} | {reference.source()["package"]}
    for entry in lockfile.runtime():
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


def test_the_kept_scalar_is_what_its_npm_package_holds_and_is_in_the_bill_of_materials(
    bill: dict[str, dict[str, object]],
) -> None:
    source = reference.source()
    component = bill[source["package"]]
    assert component["purl"] == f"pkg:npm/%40scalar/api-reference@{source['version']}"
    assert component["hashes"] == [{"alg": "SHA-512", "content": source["sha512"]}]
    script = gzip.decompress(reference.STORED.read_bytes())
    assert hashlib.sha512(script).hexdigest() == source["script_sha512"]
    assert {path.name for path in reference.FOLDER.iterdir()} == {reference.STORED.name, "LICENSE", "source.json"}


def test_the_package_holds_the_reference_page_compressed_and_with_its_licence(packaged: Packaged) -> None:
    shipped = packaged.code / reference.FOLDER.relative_to(lockfile.ROOT)
    assert {path.name for path in shipped.iterdir()} == {path.name for path in reference.FOLDER.iterdir()}
    assert sum(path.stat().st_size for path in shipped.iterdir()) < 1.5e6
    assert (packaged.code / guides.TARGET.relative_to(lockfile.ROOT)).read_text() == guides.made()


def test_the_package_holds_the_text_of_every_version_of_the_privacy_policy(packaged: Packaged) -> None:
    shipped = packaged.code / texts.FOLDER.relative_to(lockfile.ROOT)
    assert {path.name: path.read_bytes() for path in shipped.iterdir()} == {
        path.name: path.read_bytes() for path in texts.FOLDER.iterdir()
    }


def test_the_bill_of_materials_is_the_same_every_time(tmp_path: Path) -> None:
    for name in ("one.json", "two.json"):
        sbom.write(tmp_path / name)
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()
