"""The privacy policy, as far as access depends on it: numbers of its versions. The package above that has the texts
tells which count, and writes down who has accepted which."""

from collections.abc import Callable
from datetime import date
from functools import cache
from typing import NamedTuple

from chalicelib.access import access_state
from chalicelib.access.access_state import PolicyMarks
from chalicelib.access.errors import PolicyNotAccepted
from chalicelib.kernel import clock, declaration, log
from chalicelib.kernel.call import Call
from chalicelib.kernel.declaration import Module
from chalicelib.kernel.errors import DomainError

POINT = "privacy_policy"
"""What the package above extends: `counting` tells which versions count, `acceptance` writes acceptances by use."""
NOTICE_HEADER = "Novex-Policy-Notice"


class Counting(NamedTuple):
    """Which versions count now; 0 for none. required: users who have accepted neither this version nor a later one are
    refused. current: the version in force. announced: the version that will be, from the day `announced_from`."""

    required: int
    current: int
    announced: int
    announced_from: date | None


_NONE = Counting(0, 0, 0, None)


def counting() -> Counting:
    """Which versions count now; none when no package has a policy."""
    function = _counting(declaration.registered())
    return _NONE if function is None else function()


@cache
def _counting(modules: tuple[Module, ...]) -> Callable[[], Counting] | None:
    if "counting" not in declaration.extended(POINT):
        return None
    found: Callable[[], Counting] = declaration.extension(POINT, "counting", "counting")
    return found


def require(call: Call, now: Counting, marks: PolicyMarks) -> PolicyMarks:
    """PolicyNotAccepted for a user who has yet to accept the version that is required; else which versions the user
    knows. What was accepted a moment ago counts: what seems to be missing is read without the cache. Machines and the
    product itself cannot accept, so neither is asked. Contention when the store does not answer."""
    if call.kind == "user" and marks.accepted < now.required:
        marks = access_state.policy_marks(call.tenant, call.actor, fresh=True)
        if marks.accepted < now.required:
            raise PolicyNotAccepted(now.required)
    return marks


def count_use(call: Call, now: Counting, marks: PolicyMarks) -> None:
    """Has the acceptance of a user written down who goes on after the version in force was shown to the user, once for
    each version. Never raises: when it cannot be written, the next request tries again."""
    if call.kind != "user" or marks.accepted >= now.current or str(now.current) not in marks.shown:
        return
    accept: Callable[[Call, int], None] = declaration.extension(POINT, "acceptance", "accept_by_use")
    try:
        with clock.shown_by(call.clock_setting):
            accept(call, now.current)
    except DomainError as error:
        log.count("PolicyUseUntold")
        log.logger().error("an acceptance by use could not be written", code=error.code)


def notices(call: Call, now: Counting, marks: PolicyMarks) -> tuple[tuple[str, str], ...]:
    """The header that tells a user of a version that will be in force, until the user has accepted it."""
    if call.kind != "user" or now.announced_from is None or marks.accepted >= now.announced:
        return ()
    return ((NOTICE_HEADER, f'{now.announced};from="{now.announced_from.isoformat()}"'),)
