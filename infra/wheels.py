"""Downloads the wheels for Lambda's platform and checks them against the hashes of requirements.txt.

Chalice's own download would include its command line, would take wheels first for this machine and then for Lambda's
platform by name and version only, and would only warn when one is missing.
"""

import hashlib
import platform
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

PYTHON = (3, 13)
"""The version of Lambda's Python, whatever version packages."""
GLIBC = 34
_MACHINES = {"arm64": "aarch64", "x86_64": "x86_64"}
_ARCHITECTURES = {"aarch64": "arm64", "arm64": "arm64", "x86_64": "x86_64", "AMD64": "x86_64"}


class WheelsError(Exception):
    """The wheels could not be downloaded; the message states the reason."""


@dataclass(frozen=True)
class Target:
    """The platform of the code: Lambda's, with Amazon Linux 2023 (glibc 2.34), or this machine's if is_here."""

    architecture: str = "arm64"
    python: tuple[int, int] = PYTHON
    is_here: bool = False

    @property
    def runtime(self) -> str:
        """Lambda's name of the Python version."""
        return "python{}.{}".format(*self.python)

    def platforms(self) -> list[str]:
        """The platform tags that are compatible, including the old names."""
        machine = _MACHINES[self.architecture]
        return [*(f"manylinux_2_{minor}_{machine}" for minor in range(GLIBC, 16, -1)), f"manylinux2014_{machine}"]


def here() -> Target:
    """This machine's platform and Python. KeyError on a processor that Lambda does not have."""
    return Target(_ARCHITECTURES[platform.machine()], sys.version_info[:2], is_here=True)


def fetch(lock: str, cache: Path, target: Target) -> list[Path]:
    """The wheels of a lock file's text, from the cache or downloaded into it. WheelsError when a download fails."""
    folder = cache / hashlib.sha256(f"{lock}{target}".encode()).hexdigest()[:16]
    if not folder.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as temporary:
            fresh, requirements = Path(temporary) / "wheels", Path(temporary) / "requirements.txt"
            requirements.write_text(lock, encoding="utf-8")
            _download(requirements, fresh, target)
            if not folder.exists():
                fresh.rename(folder)
    return sorted(folder.glob("*.whl"))


def _download(requirements: Path, folder: Path, target: Target) -> None:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    command += ["--require-hashes", "--no-deps", "--only-binary=:all:", "--requirement", str(requirements)]
    command += ["--dest", str(folder), *_options(target)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - no external input
    if done.returncode != 0:
        raise WheelsError(f"The wheels for Lambda could not be downloaded:\n{done.stderr.strip()}")


def _options(target: Target) -> list[str]:
    """pip's options for a platform that is not the one it runs on."""
    if target.is_here:
        return []
    major, minor = target.python
    tags = [f"--abi={abi}" for abi in (f"cp{major}{minor}", "abi3", "none")]
    tags += [f"--platform={name}" for name in target.platforms()]
    return [f"--python-version={major}.{minor}", "--implementation=cp", *tags]


def unpack(wheels: list[Path], folder: Path) -> None:
    """Unpacks wheels next to each other, as in site-packages."""
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(folder)
    for data in list(folder.glob("*.data")):
        for library in ("purelib", "platlib"):
            for entry in (data / library).iterdir() if (data / library).is_dir() else ():
                entry.rename(folder / entry.name)
