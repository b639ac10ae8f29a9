"""What a cold start costs in imports, against the least that a bare Lambda with DynamoDB would pay.

`python -m bench.imports [name ...]` prints the table. Every figure is the CPU time of an import in a fresh interpreter;
targets take turns, so that a busy machine slows them all alike, and only ratios are compared.
"""

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
BASELINE = "boto3"
TARGETS = {
    BASELINE: "import boto3; boto3.client('dynamodb')",
    "app": "import app",
    "authorizer": "import chalicelib.access.authorizer, chalicelib.access.decoder",  # as in its own function
    "feed": "import chalicelib.functions.feed",
    "inbox": "import chalicelib.functions.inbox",
    "jobs": "import chalicelib.functions.jobs",
    "access_log": "import chalicelib.functions.access_log",
    "schedules": "import chalicelib.functions.schedules",
    "retention": "import chalicelib.functions.retention",
}
CEILINGS = {"app": 1.6, "authorizer": 0.6}
"""Ratios that a build must not exceed."""

_TIMED = "import time; began = time.process_time(); {statement}; print(time.process_time() - began)"


class Cost(NamedTuple):
    """The median import time of one target, and its ratio to the baseline's."""

    milliseconds: float
    ratio: float


def measure(names: tuple[str, ...] = tuple(TARGETS), rounds: int = 5) -> dict[str, Cost]:
    """The cost of each target by name, the baseline first; subprocess.CalledProcessError if one cannot be imported."""
    requested = (BASELINE, *(name for name in names if name != BASELINE))
    taken = {name: [0.0] * rounds for name in requested}
    with tempfile.TemporaryDirectory() as bytecode:
        for name in requested:
            _seconds(name, bytecode)  # writes the bytecode, which a deployment has as well
        for turn in range(rounds):
            for name in requested:
                taken[name][turn] = _seconds(name, bytecode)
    medians = {name: statistics.median(times) for name, times in taken.items()}
    return {name: Cost(median * 1000, median / medians[BASELINE]) for name, median in medians.items()}


def ratios(names: tuple[str, ...] = tuple(TARGETS), rounds: int = 5) -> dict[str, float]:
    """The import time of each target as a multiple of `import boto3` plus one client."""
    return {name: cost.ratio for name, cost in measure(names, rounds).items()}


def _seconds(name: str, bytecode: str) -> float:
    timed = _TIMED.format(statement=TARGETS[name])
    # Credentials, because a client without any would look for them on the network.
    # The name of a function, because a deployed one loads only what is its own.
    keys = {
        "AWS_LAMBDA_FUNCTION_NAME": "novex",
        "AWS_ACCESS_KEY_ID": "none",
        "AWS_SECRET_ACCESS_KEY": "none",
        "AWS_DEFAULT_REGION": "eu-central-1",
    }
    done = subprocess.run(
        [sys.executable, "-c", timed],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**keys, **os.environ, "PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": bytecode},
    )
    return float(done.stdout)


def main(names: list[str]) -> int:
    unknown = set(names) - TARGETS.keys()
    if unknown:
        print(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(TARGETS)}")
        return 2
    costs = measure(tuple(names) or tuple(TARGETS))
    print(f"{'import':<12} {'CPU ms':>8} {'ratio':>6} {'ceiling':>8}")
    for name, cost in costs.items():
        print(f"{name:<12} {cost.milliseconds:>8.1f} {cost.ratio:>6.2f} {CEILINGS.get(name, '-'):>8}")
    return int(any(costs[name].ratio > ceiling for name, ceiling in CEILINGS.items() if name in costs))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
