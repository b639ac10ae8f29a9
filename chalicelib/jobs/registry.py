"""What each kind of job does."""

from collections.abc import Callable

from chalicelib.jobs.schemas import Job, Step
from chalicelib.kernel.call import Call

Handler = Callable[[Call, Job], Step]
HANDLERS: dict[str, Handler] = {}


def handler(kind: str) -> Callable[[Handler], Handler]:
    """Registers `def step(call, job) -> Step` for jobs of a kind.

    The worker calls it until it says that the job is done. Each call is a bounded piece of work that commits by itself
    and may be repeated: after a crash the same piece comes again. TypeError for a second handler of a kind.
    """

    def register(step: Handler) -> Handler:
        if kind in HANDLERS:
            raise TypeError(f"there are two handlers of the job {kind}")
        HANDLERS[kind] = step
        return step

    return register
