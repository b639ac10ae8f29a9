"""The life of a job, by its state machine."""

import pytest

from chalicelib.jobs import registry
from chalicelib.jobs.schemas import OPEN, JobState
from chalicelib.jobs.states import JOB
from chalicelib.jobs.tables import Job
from chalicelib.kernel.errors import TransitionRefused


def job(state: JobState, kind: str = "test.count") -> Job:
    return Job(state=state, kind=kind)


@pytest.mark.parametrize("state", JobState)
def test_callers_may_cancel_an_open_job_and_nothing_else(state: JobState) -> None:
    assert JOB.allowed(job(state)) == (["cancel"] if state in OPEN else [])


def test_a_job_that_a_document_waits_for_cannot_be_cancelled() -> None:
    registry.MUST_FINISH.add("test.needed")
    try:
        needed = job(JobState.RUNNING, "test.needed")
        with pytest.raises(TransitionRefused) as refused:
            JOB.take(needed, "cancel")
    finally:
        registry.MUST_FINISH.discard("test.needed")
    assert refused.value.members() == {"current_status": "running", "allowed_transitions": [], "job_id": None}
    assert needed.state is JobState.RUNNING


@pytest.mark.parametrize("step", ["run", "finish", "fail", "cancel"])
def test_an_ended_job_takes_no_step(step: str) -> None:
    for state in set(JobState) - OPEN:
        with pytest.raises(TransitionRefused):
            JOB.take(job(state), step)
