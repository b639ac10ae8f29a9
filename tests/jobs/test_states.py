"""The life of a job, by its state machine."""

import pytest

from chalicelib.jobs.schemas import OPEN, JobState
from chalicelib.jobs.states import JOB
from chalicelib.jobs.tables import Job
from chalicelib.kernel.errors import TransitionRefused


def job(state: JobState, *, must_finish: bool | None = None) -> Job:
    return Job(state=state, kind="test.count", must_finish=must_finish)


@pytest.mark.parametrize("state", JobState)
def test_callers_may_cancel_an_open_job_and_nothing_else(state: JobState) -> None:
    assert JOB.allowed(job(state)) == (["cancel"] if state in OPEN else [])


def test_a_job_that_a_document_waits_for_cannot_be_cancelled() -> None:
    needed = job(JobState.RUNNING, must_finish=True)
    with pytest.raises(TransitionRefused) as refused:
        JOB.take(needed, "cancel")
    assert refused.value.members() == {"current_status": "running", "allowed_transitions": [], "job_id": None}
    assert needed.state is JobState.RUNNING


@pytest.mark.parametrize("step", ["run", "finish", "fail", "cancel"])
def test_an_ended_job_takes_no_step(step: str) -> None:
    for state in set(JobState) - OPEN:
        with pytest.raises(TransitionRefused):
            JOB.take(job(state), step)
