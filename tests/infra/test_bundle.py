"""The code that goes to Lambda."""

import ast
import hashlib
import importlib.metadata
import struct
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from infra import bundle, lockfile, package, wheels
from tests.infra.conftest import Packaged

ELF_AARCH64 = 183


def test_the_package_holds_the_product_chalices_runtime_and_its_requirements(packaged: Packaged) -> None:
    tops = {path.name.partition("-")[0] for path in packaged.code.iterdir()}
    needed = {"boto3", "botocore", "cachetools", "cryptography", "jwt", "msgspec", "pynamodb", "requests"}
    assert {"app.py", "chalicelib", "chalice", *needed} <= tops
    assert not tops & {"moto", "pytest", "infra", "tests", "vendor"}
    assert {path.name for path in (packaged.code / "chalice").rglob("*.py")} == {"__init__.py", "app.py"}


def test_what_only_chalices_command_line_needs_is_not_in_the_package(packaged: Packaged) -> None:
    locked = lockfile.locked(lockfile.RUNTIME.read_text(encoding="utf-8"))
    expected = {entry.name for entry in lockfile.deployed(locked)}
    left_out = {entry.name for entry in locked} - expected
    assert {"chalice", "click", "inquirer", "pip", "pyyaml", "setuptools", "wheel"} <= left_out
    shipped = {path.name.partition("-")[0].lower().replace("_", "-") for path in packaged.code.glob("*.dist-info")}
    assert shipped == expected


def test_what_is_left_out_is_what_the_installed_packages_say_they_do_not_need() -> None:
    """The lock file names who asked for what; the packages' own metadata must come to the same."""
    asked = lockfile.RUNTIME.with_suffix(".in").read_text(encoding="utf-8").splitlines()
    waiting = [line.partition("==")[0] for line in asked if line and not line.startswith(("#", "chalice=="))]
    needed = set()
    while waiting:
        name = canonicalize_name(waiting.pop())
        if name not in needed:
            needed.add(name)
            requirements = map(Requirement, importlib.metadata.requires(name) or ())
            waiting += [each.name for each in requirements if not each.marker or each.marker.evaluate({"extra": ""})]
    locked = lockfile.locked(lockfile.RUNTIME.read_text(encoding="utf-8"))
    assert {entry.name for entry in lockfile.deployed(locked)} == needed


def test_only_descriptions_of_services_that_are_used_are_in_the_package(packaged: Packaged) -> None:
    for library in ("botocore", "boto3"):
        described = {path.name for path in (packaged.code / library / "data").iterdir() if path.is_dir()}
        assert {"dynamodb", "s3", "sqs"} <= described <= set(bundle.SERVICES)


def test_the_package_is_small_enough_to_start_fast(packaged: Packaged) -> None:
    assert (packaged.folder / "deployment.zip").stat().st_size < 20e6
    assert sum(path.stat().st_size for path in packaged.code.rglob("*") if path.is_file()) < 60e6


def test_compiled_extensions_are_built_for_lambdas_processor(packaged: Packaged) -> None:
    libraries = list(packaged.code.rglob("*.so*"))
    assert libraries
    for library in libraries:
        header = library.read_bytes()[:20]
        assert header[:4] == b"\x7fELF"
        assert struct.unpack("<H", header[18:20])[0] == ELF_AARCH64, library.name


def test_modules_are_compiled_ahead_and_never_checked_against_their_source(packaged: Packaged) -> None:
    sources = [path for path in packaged.code.rglob("*.py") if "chalicelib" in path.parts or "botocore" in path.parts]
    assert len(sources) > 100
    for source in sources:
        (compiled,) = (source.parent / "__pycache__").glob(f"{source.stem}.cpython-*.pyc")
        assert struct.unpack("<I", compiled.read_bytes()[4:8])[0] == 1
    assert str(package.ROOT).encode() not in (packaged.code / "__pycache__" / compiled_name("app")).read_bytes()


def test_finishing_the_same_code_again_gives_the_same_file(packaged: Packaged, tmp_path: Path) -> None:
    digests = []
    for name in ("first.zip", "second.zip"):
        archive = tmp_path / name
        with zipfile.ZipFile(archive, "w") as packed:
            for source in sorted((packaged.code / "chalicelib" / "kernel").rglob("*.py")):
                packed.write(source, source.relative_to(packaged.code).as_posix())
        bundle.finish(archive)
        digests.append(hashlib.sha256(archive.read_bytes()).hexdigest())
    assert digests[0] == digests[1]


def test_every_aws_service_that_the_product_calls_is_in_the_package() -> None:
    called = set()
    for path in [*(package.ROOT / "chalicelib").rglob("*.py"), package.ROOT / "app.py"]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                if name in ("aws", "create_client"):
                    called.add(node.args[0].value)
    assert {"dynamodb", "secretsmanager", "sqs"} <= called <= set(bundle.SERVICES)


def test_a_wheel_with_another_hash_is_refused(tmp_path: Path) -> None:
    lock = f"six==1.17.0 --hash=sha256:{'0' * 64}\n"
    with pytest.raises(wheels.WheelsError, match="could not be downloaded"):
        wheels.fetch(lock, tmp_path / "cache", wheels.Target())
    assert not list((tmp_path / "cache").iterdir())


def test_wheels_are_downloaded_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    def download(requirements: Path, folder: Path, target: wheels.Target) -> None:
        calls.append(target)
        folder.mkdir()
        (folder / "a.whl").touch()

    monkeypatch.setattr(wheels, "_download", download)
    first = wheels.fetch("a==1\n", tmp_path / "cache", wheels.Target())
    assert wheels.fetch("a==1\n", tmp_path / "cache", wheels.Target()) == first
    wheels.fetch("a==1\n", tmp_path / "cache", wheels.Target("x86_64"))
    wheels.fetch("a==2\n", tmp_path / "cache", wheels.Target())
    assert len(calls) == 3


@pytest.mark.parametrize(("python", "newest"), [((3, 11), 26), ((3, 12), 34), ((3, 13), 34)])
def test_wheels_fit_the_c_library_of_lambdas_runtime(python: tuple[int, int], newest: int) -> None:
    platforms = wheels.Target("arm64", python).platforms()
    assert platforms[0] == f"manylinux_2_{newest}_aarch64"
    assert platforms[-1] == "manylinux2014_aarch64"


@pytest.mark.parametrize(
    ("stage", "message"), [("staging", "There is no stage staging"), ("../dev", "There is no stage")]
)
def test_an_unknown_stage_is_one_clear_line(stage: str, message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert package.main(["--stage", stage]) == 1
    assert message in capsys.readouterr().err


def compiled_name(module: str) -> str:
    import sys

    return f"{module}.{sys.implementation.cache_tag}.pyc"
