"""Which logins are recent enough for a dangerous operation."""

import pytest

from chalicelib.access import expiry, step_up
from chalicelib.access.errors import STEP_UP_SECONDS, StepUpRequired
from chalicelib.kernel.call import Call
from chalicelib.kernel.errors import Forbidden
from chalicelib.kernel.tenant import Tenant
from tests.access.realm import standing_clock


def require(ago: int | None, kind: str = "user") -> None:
    """Asks for a caller who logged in so many seconds ago."""
    with standing_clock() as hand:
        at = None if ago is None else int(hand.at.timestamp()) - ago
        step_up.require(Call(Tenant("t-1"), "u-1", "r-1", kind=kind, auth_time=at))


@pytest.mark.parametrize("ago", [0, STEP_UP_SECONDS, -expiry.LEEWAY_SECONDS])
def test_a_login_of_the_last_quarter_of_an_hour_will_do(ago: int) -> None:
    require(ago)


@pytest.mark.parametrize("ago", [None, STEP_UP_SECONDS + 1, -expiry.LEEWAY_SECONDS - 1, -365 * 86400])
def test_an_unknown_an_older_and_a_future_login_will_not(ago: int | None) -> None:
    with pytest.raises(StepUpRequired):
        require(ago)


def test_a_service_account_has_no_login_that_will_do() -> None:
    with pytest.raises(Forbidden):
        require(0, kind="service")
