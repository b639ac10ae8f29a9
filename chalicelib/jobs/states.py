"""The life of a job."""

from chalicelib.jobs.schemas import JobState
from chalicelib.jobs.tables import Job
from chalicelib.kernel.state_machine import Guard, StateMachine, automatic, to

_QUEUED, _RUNNING, _DONE, _FAILED, _CANCELLED = JobState
_ENDS = (automatic("finish", _DONE), automatic("fail", _FAILED), to("cancel", _CANCELLED))
JOB: StateMachine[JobState, Job] = StateMachine(
    {
        _QUEUED: (automatic("run", _RUNNING), *_ENDS),
        _RUNNING: (automatic("run", _RUNNING), *_ENDS),
        _DONE: (),
        _FAILED: (),
        _CANCELLED: (),
    },
    attribute="state",
    guards={"cancel": Guard("no document waits for it", lambda row: not row.must_finish)},
)
