"""The job that erases all that a search has found, and then has it proven by another search."""

from chalicelib.jobs import registry
from chalicelib.jobs import service as jobs
from chalicelib.jobs.schemas import Job, Step
from chalicelib.kernel import clock, objects
from chalicelib.kernel.call import Call
from chalicelib.kernel.use_case import commit, use_case
from chalicelib.kernel.work import Work
from chalicelib.privacy.persons import erasing, events, repository, search_job
from chalicelib.privacy.persons.schemas import PersonSearchState
from chalicelib.privacy.persons.states import PERSON_SEARCH

KIND = "privacy.erase"
_SECONDS = 5.0


@use_case(events.VERIFYING)
def verify(work: Work, search_id: str) -> None:
    """Starts the search that proves the erasure; does nothing when it was started before."""
    row = repository.load(work, search_id)
    if row.state is PersonSearchState.ERASING:
        PERSON_SEARCH.take(row, "verify")
        row.round += 1
        row.job_id = jobs.start(work, search_job.KIND, row.id, must_finish=True)
        work.save(row)


@registry.handler(KIND)
def step(call: Call, job: Job) -> Step:
    """Erases rows for some seconds. Files go before the row that names them, so none is ever left over."""
    search_id, until = job.entity_id, clock.monotonic() + _SECONDS
    found = [each for each in repository.findings(call, search_id) if each.is_counted]
    waiting = [each for each in found if each.erased_round != each.round]
    for done, (finding, plan) in enumerate(erasing.plans(call, waiting)):
        for name in plan.objects:
            objects.delete(str(plan.row.attribute_values[name]))
        commit(call, erasing.erase, search_id, finding.entry)
        if clock.monotonic() > until:
            return Step(done=False, progress=len(found) - len(waiting) + done + 1, total=len(found))
    commit(call, verify, search_id)
    return Step(done=True, progress=len(found), total=len(found))
