"""Rough callers leave right books (`make abuse` has more of them, for longer)."""

import pytest

from bench import backend
from bench.abuse import abuse

pytestmark = pytest.mark.long

PATIENCE_SECONDS = 30.0
"""Six times the goal: other tests run beside this one."""


def test_what_rough_callers_leave_agrees_with_itself() -> None:
    with backend.running() as running:
        outcome = abuse(running, seconds=10, threads=4)
    assert outcome.problems == []
    assert outcome.late_seconds < PATIENCE_SECONDS
    assert outcome.answers["201"] > 10
