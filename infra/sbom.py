"""The bill of materials of the Lambda package: `make sbom` writes it as CycloneDX JSON.

It is made from the lock files and the source.json of Scalar, without network and independent of installed packages.
It is written to `build/`; a release stores it next to its package.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

from infra import lockfile, reference


def write(target: Path) -> None:
    """Writes the document. RuntimeError when it cannot be created."""
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
    # The library warns because a lock file does not contain the dependency graph.
    environment = {**os.environ, "PYTHONWARNINGS": "ignore::UserWarning"}
    done = subprocess.run(command, input=lines, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - no external input
    if done.returncode != 0:
        raise RuntimeError(f"The bill of materials could not be made:\n{done.stderr.strip()}")
    document = json.loads(target.read_text(encoding="utf-8"))
    scalar = _scalar()
    document["components"] = sorted([*document["components"], scalar], key=lambda each: str(each["bom-ref"]))
    document["dependencies"].append({"ref": scalar["bom-ref"]})
    target.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


def _scalar() -> dict[str, Any]:
    """The reference page's library, which is in the repository and not in a lock file."""
    source = reference.source()
    return {
        "bom-ref": source["package"],
        "type": "library",
        "name": source["package"],
        "version": source["version"],
        "purl": f"pkg:npm/{quote(source['package'], safe='/')}@{source['version']}",
        "licenses": [{"license": {"id": source["license"]}}],
        "hashes": [{"alg": "SHA-512", "content": source["sha512"]}],
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="make sbom", description=__doc__.partition("\n")[0])
    parser.add_argument("--out", type=Path, default=lockfile.ROOT / "build" / "sbom.json")
    target: Path = parser.parse_args().out
    write(target)
    print(target)


if __name__ == "__main__":
    main()
