"""Downloads the wheels for Lambda's platform and checks them against the hashes of requirements.txt.

Chalice's own download would include its command line, would take wheels first for this machine and then for Lambda's
platform by name and version only, and would only warn when one is missing.
"""

import hashlib
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

_MACHINES = {"arm64": "aarch64", "x86_64": "x86_64"}


class WheelsError(Exception):
    """The wheels could not be downloaded; the message states the reason."""


@dataclass(frozen=True)
class Target:
    """The platform of the code. Lambda's Python 3.11 runs on Amazon Linux 2 (glibc 2.26), later ones on 2023 (2.34)."""

    architecture: str = "arm64"
    python: tuple[int, int] = sys.version_info[:2]

    @property
    def glibc(self) -> int:
        return 34 if self.python >= (3, 12) else 26

    def platforms(self) -> list[str]:
        """The platform tags that are compatible, including the old names."""
        machine = _MACHINES[self.architecture]
        return [*(f"manylinux_2_{minor}_{machine}" for minor in range(self.glibc, 16, -1)), f"manylinux2014_{machine}"]


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
    version = ".".join(map(str, target.python))
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    command += ["--require-hashes", "--no-deps", "--only-binary=:all:", "--requirement", str(requirements)]
    command += ["--dest", str(folder), "--python-version", version, "--implementation", "cp"]
    for abi in (f"cp{version.replace('.', '')}", "abi3", "none"):
        command += ["--abi", abi]
    for platform in target.platforms():
        command += ["--platform", platform]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - no external input
    if done.returncode != 0:
        raise WheelsError(f"The wheels for Lambda could not be downloaded:\n{done.stderr.strip()}")


def unpack(wheels: list[Path], folder: Path) -> None:
    """Unpacks wheels next to each other, as in site-packages."""
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(folder)
    for data in list(folder.glob("*.data")):
        for library in ("purelib", "platlib"):
            for entry in (data / library).iterdir() if (data / library).is_dir() else ():
                entry.rename(folder / entry.name)
