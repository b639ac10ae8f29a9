"""Pages of documentation whose shell blocks are executed: a `sh` block, and perhaps a `text` block with its output.

In expected output each line must be found, in order; `…` stands for anything.
"""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_MARK = "=== block"


@dataclass(frozen=True)
class Block:
    """One shell block and the lines that its output must have."""

    source: str
    expected: tuple[str, ...] = ()


def fences(page: str, language: str) -> list[str]:
    """The contents of a page's blocks in a language."""
    return [text for kind, text in _FENCE.findall((ROOT / page).read_text()) if kind == language]


def blocks(page: str) -> list[Block]:
    """The shell blocks of a page, in order."""
    found: list[Block] = []
    for kind, text in _FENCE.findall((ROOT / page).read_text()):
        if kind == "sh":
            found.append(Block(text))
        elif kind == "text" and found and not found[-1].expected:
            found[-1] = Block(found[-1].source, tuple(text.strip().splitlines()))
    return found


def run(page: str, environment: dict[str, str]) -> list[str]:
    """Pastes a page's blocks into one shell; returns the output of each. AssertionError when one fails."""
    requested = blocks(page)
    script = ["set -euo pipefail", f"cd {ROOT}"]
    for index, block in enumerate(requested):
        script += [f"echo; echo '{_MARK} {index}'", block.source]
    tools = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", "\n".join(script)],
        env={**os.environ, "PATH": tools, **environment},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    outputs = re.split(rf"^{_MARK} \d+\n", done.stdout, flags=re.MULTILINE)[1:]
    assert done.returncode == 0, f"{page}, block {len(outputs)} failed:\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return outputs


def missing(block: Block, output: str) -> list[str]:
    """The expected lines that the output does not have, after the ones before them."""
    position, absent = 0, []
    for line in block.expected:
        pattern = ".*?".join(re.escape(part) for part in line.split("…"))
        found = re.compile(pattern, re.DOTALL).search(output, position)
        if found is None:
            absent.append(line)
        else:
            position = found.end()
    return absent
