"""The bill of materials of what runs in Lambda: `make sbom` writes it as CycloneDX JSON.

It is made from the lock files alone: no network, nothing that happens to be installed. `build/` holds it; a release
keeps it next to its package.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from infra import lockfile


def write(target: Path) -> None:
    """Writes the document. RuntimeError when it cannot be made."""
    target.parent.mkdir(parents=True, exist_ok=True)
    command = [
        sys.executable,
        "-m",
        "cyclonedx_py",
        "requirements",
        "-",
        "--pyproject",
        str(lockfile.ROOT / "pyproject.toml"),
    ]
    command += ["--output-reproducible", "--output-format", "JSON", "--output-file", str(target)]
    lines = "".join(each.text for each in lockfile.runtime())
    # A lock file says what is there, not who asked for it, and the library warns of that.
    environment = {**os.environ, "PYTHONWARNINGS": "ignore::UserWarning"}
    done = subprocess.run(command, input=lines, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    if done.returncode != 0:
        raise RuntimeError(f"The bill of materials could not be made:\n{done.stderr.strip()}")


def main() -> None:
    parser = argparse.ArgumentParser(prog="make sbom", description=__doc__.partition("\n")[0])
    parser.add_argument("--out", type=Path, default=lockfile.ROOT / "build" / "sbom.json")
    target: Path = parser.parse_args().out
    write(target)
    print(target)


if __name__ == "__main__":
    main()
