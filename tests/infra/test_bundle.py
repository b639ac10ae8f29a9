"""The code that goes to Lambda."""

import ast
import hashlib
import importlib.metadata
import re
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from packaging import tags
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


def test_compiled_extensions_are_built_for_lambdas_processor_and_python(packaged: Packaged) -> None:
    libraries = list(packaged.code.rglob("*.so*"))
    assert libraries
    for library in libraries:
        header = library.read_bytes()[:20]
        assert header[:4] == b"\x7fELF"
        assert struct.unpack("<H", header[18:20])[0] == ELF_AARCH64, library.name
        assert re.search(r"\.(cpython-313-aarch64-linux-gnu|abi3)\.so$", library.name), library.name


def test_wheels_are_for_lambdas_processor_and_python_or_for_every_one(packaged: Packaged) -> None:
    fits = set(tags.cpython_tags((3, 13), platforms=wheels.Target().platforms()))
    fits |= set(tags.compatible_tags((3, 13), "cp313", wheels.Target().platforms()))
    files = list(packaged.code.glob("*.dist-info/WHEEL"))
    assert len(files) == len(list(packaged.code.glob("*.dist-info")))
    for file in files:
        named = re.findall(r"^Tag: (.+)$", file.read_text(), re.MULTILINE)
        assert fits & {tag for name in named for tag in tags.parse_tag(name)}, file.parent.name


def test_modules_are_compiled_only_by_the_python_that_will_run_them(packaged: Packaged) -> None:
    with zipfile.ZipFile(packaged.folder / "deployment.zip") as archive:
        compiled = [name for name in archive.namelist() if name.endswith(".pyc")]
    assert [name for name in compiled if not name.endswith(".cpython-313.pyc")] == []
    assert bool(compiled) == (bundle.interpreter((3, 13)) is not None)


def finished(archive: Path, sources: dict[str, str]) -> zipfile.ZipFile:
    """The archive of some sources, finished for this Python."""
    with zipfile.ZipFile(archive, "w") as packed:
        for name, source in sources.items():
            packed.writestr(name, source)
    bundle.finish(archive, sys.version_info[:2])
    return zipfile.ZipFile(archive)


def test_compiled_modules_are_never_checked_against_their_source(tmp_path: Path) -> None:
    with finished(tmp_path / "a.zip", {"app.py": "x = 1", "library/old.py": "print 1"}) as archive:
        compiled = archive.read(f"__pycache__/app.{sys.implementation.cache_tag}.pyc")
        assert set(archive.namelist()) == {"app.py", "library/old.py", f"__pycache__/{compiled_name('app')}"}
    assert struct.unpack("<I", compiled[4:8])[0] == 1
    assert b"/var/task/app.py" in compiled
    assert str(tmp_path).encode() not in compiled


def test_a_module_of_the_product_that_does_not_compile_is_told(tmp_path: Path) -> None:
    with pytest.raises(bundle.CompileError, match=r"chalicelib/a\.py does not compile"):
        finished(tmp_path / "a.zip", {"app.py": "", "chalicelib/a.py": "print 1"})


def test_an_interpreter_that_a_version_manager_only_names_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = tmp_path / "python3.99"
    monkeypatch.setenv("PATH", str(tmp_path))
    assert bundle.interpreter((3, 99)) is None
    for code, found in ((127, None), (0, str(name))):
        name.write_text(f"#!/bin/sh\nexit {code}\n")
        name.chmod(0o755)
        assert bundle.interpreter((3, 99)) == found
    assert bundle.interpreter(sys.version_info[:2]) == sys.executable


def test_finishing_the_same_code_again_gives_the_same_file(packaged: Packaged, tmp_path: Path) -> None:
    digests = []
    for name in ("first.zip", "second.zip"):
        sources = (packaged.code / "chalicelib" / "kernel").rglob("*.py")
        texts = {source.relative_to(packaged.code).as_posix(): source.read_text() for source in sorted(sources)}
        finished(tmp_path / name, texts).close()
        digests.append(hashlib.sha256((tmp_path / name).read_bytes()).hexdigest())
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


def test_wheels_fit_the_c_library_of_lambdas_runtime() -> None:
    target = wheels.Target()
    assert (target.runtime, target.architecture) == ("python3.13", "arm64")
    assert target.platforms()[0] == "manylinux_2_34_aarch64"
    assert target.platforms()[-1] == "manylinux2014_aarch64"


def test_for_this_machine_pip_is_not_told_of_another(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    commands = []

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        commands.append(" ".join(command))
        (tmp_path / str(len(commands)) / "cache").mkdir(parents=True)
        return subprocess.CompletedProcess(command, 1, "", "")

    monkeypatch.setattr(subprocess, "run", run)
    for target in (wheels.Target(), wheels.here()):
        with pytest.raises(wheels.WheelsError):
            wheels.fetch("a==1\n", tmp_path / "cache", target)
    assert "--abi=cp313 --abi=abi3 --abi=none --platform=manylinux_2_34_aarch64" in commands[0]
    assert "--platform" not in commands[1]
    assert wheels.here().python == sys.version_info[:2]


def test_a_stage_or_a_configuration_that_is_not_there_is_one_clear_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert package.main(["--stage", "staging"]) == 1
    assert "There is no stage staging" in capsys.readouterr().err
    assert package.main(["--config", str(tmp_path / "none.json")]) == 1
    assert "none.json cannot be read" in capsys.readouterr().err


def compiled_name(module: str) -> str:
    return f"{module}.{sys.implementation.cache_tag}.pyc"
