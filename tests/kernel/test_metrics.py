"""Metrics of requests that are answered at the same time in one process, as the local environment does."""

import json
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from chalicelib.kernel import log
from tests.world import World


def test_every_count_of_many_threads_is_written_once(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    log.flush()
    capsys.readouterr()

    def answer(_: int) -> None:
        log.count("Probed")
        log.flush()

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(16) as pool:
            list(pool.map(answer, range(400)))
    finally:
        sys.setswitchinterval(before)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "Probed" in line]
    assert sum(sum(line["Probed"]) for line in lines) == 400
