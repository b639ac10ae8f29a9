"""The job that packs what is stored of a person."""

from chalicelib.jobs import registry
from chalicelib.jobs.schemas import Job, Step
from chalicelib.kernel.call import Call
from chalicelib.kernel.use_case import commit, use_case
from chalicelib.kernel.work import Work
from chalicelib.privacy.persons import events, packages, packing, repository

KIND = "privacy.package"


@use_case(events.PACKED)
def packed(work: Work, search_id: str, key: str, job_id: str) -> None:
    """Stores where the package is."""
    row = repository.load(work, search_id)
    row.package_key, row.packed_at, row.packed_by = key, work.now, job_id
    work.save(row)


@registry.handler(KIND)
def step(call: Call, job: Job) -> Step:
    """Packs all of it in one step: a thousand documents are a few seconds."""
    body = packing.package(call, repository.findings(call, job.entity_id))
    key = packages.keep(call.tenant, job.entity_id, body)
    commit(call, packed, job.entity_id, key, job.id)
    return Step(done=True, progress=1, total=1)
