"""The deadlines of a breach: 24 hours for us, 72 for the authority, by the clock of the tenant."""

from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from chalicelib.functions import schedules
from chalicelib.kernel import clock, log
from chalicelib.kernel.errors import OutcomeUnknown
from chalicelib.kernel.tenant import Tenant
from chalicelib.privacy.breaches import clocks
from tests.functions.test_handlers import SCHEDULED
from tests.privacy.breaches.cases import NO_RISK, PATH, RISK, Register, problems, register, text
from tests.world import World


@pytest.fixture
def here(world: World) -> Register:
    return register(world)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The metrics that are counted from now on."""
    follow_all()
    found: list[str] = []
    monkeypatch.setattr(log, "count", lambda name, value=1: found.append(name))
    return found


def follow_all() -> None:
    for tenant, breach_id in clocks.running():
        clocks.follow(tenant, breach_id)


def counts(here: Register) -> tuple[int, int]:
    """How many breaches are open, and how many overdue."""
    found = here.client.get("/v1/counts?names=open_breaches,overdue_breaches").ok()["counts"]
    return found["open_breaches"]["count"], found["overdue_breaches"]["count"]


def overdue(here: Register) -> list[str]:
    return [each["id"] for each in here.client.get(f"{PATH}?overdue=true").ok()["data"]]


def test_both_deadlines_count_from_the_detection(here: Register) -> None:
    breach = here.record()
    assert breach["internal_clock"]["due_at"] == text(here.now + timedelta(hours=24))
    assert breach["authority_clock"]["due_at"] == text(here.now + timedelta(hours=72))
    assert (breach["due_at"], breach["hours_left"]) == (breach["internal_clock"]["due_at"], 24)
    here.hours(23.5)
    assert (here.read(breach)["hours_left"], here.read(breach)["is_overdue"]) == (0, False)
    assert counts(here) == (1, 0) and overdue(here) == []
    here.hours(0.5)
    late = here.read(breach)
    assert (late["hours_left"], late["is_overdue"], late["internal_clock"]["is_overdue"]) == (0, True, True)
    assert late["authority_clock"] == {
        "due_at": text(here.now + timedelta(hours=48)),
        "stopped_at": None,
        "hours_left": 48,
        "is_overdue": False,
        "was_late": False,
    }
    assert counts(here) == (1, 1) and overdue(here) == [breach["id"]]


def test_an_assessment_ends_the_internal_deadline_and_the_authority_ends_its_own(here: Register) -> None:
    breach = here.record()
    here.hours(10)
    assessed = here.step(breach, "assess", RISK).ok()
    assert assessed["internal_clock"]["stopped_at"] == text(here.now)
    assert (assessed["due_at"], assessed["hours_left"]) == (assessed["authority_clock"]["due_at"], 62)
    here.hours(62)
    assert here.read(breach)["is_overdue"] and overdue(here) == [breach["id"]]
    told = here.tell(breach).ok()
    assert (told["due_at"], told["hours_left"], told["is_overdue"]) == (None, None, False)
    assert told["authority_clock"]["stopped_at"] == told["authority_told_at"] == text(here.now)
    assert not told["authority_clock"]["was_late"]
    assert counts(here) == (1, 0) and overdue(here) == []


def test_a_decision_not_to_tell_ends_the_deadline_and_another_one_lets_it_run_again(here: Register) -> None:
    breach = here.record()
    assert here.step(breach, "assess", NO_RISK).ok()["due_at"] is None
    here.hours(80)
    again = here.step(breach, "assess", RISK).ok()
    assert again["due_at"] == again["authority_clock"]["due_at"] and again["is_overdue"]
    assert again["no_authority_reason"] is None


def test_an_assessment_in_time_stays_in_time_and_a_late_one_stays_late_when_it_is_assessed_anew(here: Register) -> None:
    early, late = here.record(), here.record()
    here.step(early, "assess", NO_RISK).ok()
    here.hours(80)
    for breach, is_late in ((early, False), (late, True)):
        decided = here.step(breach, "assess", NO_RISK).ok()
        assert decided["internal_clock"]["was_late"] is decided["authority_clock"]["was_late"] is is_late
    here.hours(1)
    runs = here.step(late, "assess", RISK).ok()
    assert (runs["authority_clock"]["stopped_at"], runs["authority_clock"]["was_late"]) == (None, True)
    assert runs["internal_clock"]["was_late"]
    assert here.tell(late, delay_reason="Nobody was there.").ok()["authority_clock"]["was_late"]
    kept = here.step(late, "assess", NO_RISK).ok()
    assert kept["authority_clock"]["was_late"]


def test_what_concerns_a_platforms_data_needs_the_platform_within_the_day(here: Register) -> None:
    breach = here.record(concerns_platform_data=True)
    here.hours(1)
    here.step(breach, "assess", NO_RISK).ok()
    assert here.read(breach)["internal_clock"]["stopped_at"] is None
    here.hours(24)
    told = here.tell(breach, "platform", name="Amazon").ok()
    assert told["internal_clock"]["stopped_at"] == told["platform_told_at"] == text(here.now)
    assert told["internal_clock"]["was_late"] and not told["is_overdue"]


def test_an_authority_that_is_told_late_needs_the_reason(here: Register) -> None:
    breach = here.record()
    here.hours(72.5)
    assert problems(here.tell(breach)) == [("/delay_reason", "required")]
    told = here.tell(breach, delay_reason="Nobody was there.").ok()
    assert told["authority_clock"]["was_late"]
    here.tell(breach, said="What was found since.").ok()  # more in phases (Art. 33(4)) is not late again


def test_the_detection_can_be_corrected_to_an_earlier_time_only(here: Register) -> None:
    breach = here.record()
    later, earlier = (text(here.now + timedelta(hours=each)) for each in (-1, -3))
    corrected = here.change(breach, {"detected_at": earlier}).ok()
    assert corrected["hours_left"] == 21
    assert problems(here.change(breach, {"detected_at": later})) == [("/detected_at", "later")]


def test_50_80_and_100_percent_of_each_deadline_are_seen_once(here: Register, counted: list[str]) -> None:
    """By the metrics and the log of the operator, by the journal, and without anybody who asks."""
    breach = here.record()
    seen = []
    for hours in (11, 2, 0, 7, 4, 12, 18, 3, 14, 1, 20):
        here.hours(hours)
        counted.clear()
        schedules.reconcile(SCHEDULED, None)
        seen.append([name for name in counted if name.startswith("Breach")])
    half, short, over = clocks.METRICS.values()
    assert seen == [[], [half], [], [short], [over], [half], [], [], [short], [over], []]
    events = [each for each in here.admin.get("/v1/audit?limit=100").ok()["data"] if "clock_reached" in each["event"]]
    assert len(events) == 6
    assert {each["entity_id"] for each in events} == {breach["id"]}


def test_what_is_recorded_late_raises_the_highest_alarm_of_each_deadline_at_once(
    here: Register, counted: list[str]
) -> None:
    here.record(detected_at=text(here.now - timedelta(hours=60)))
    follow_all()
    assert sorted(name for name in counted if name.startswith("Breach")) == ["BreachClockShort", "BreachOverdue"]
    counted.clear()
    follow_all()
    assert counted == []


def test_a_breach_that_cannot_be_followed_stops_no_other(
    here: Register, world: World, counted: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, sound = here.record(), register(world).record()
    assert broken["due_at"] and sound["due_at"]
    time_of = clocks.sandbox.time_of

    def failing(tenant: Tenant) -> AbstractContextManager[None]:
        if tenant.id == here.admin.tenant:
            raise EndpointConnectionError(endpoint_url="https://dynamodb.example")
        return clock.shown_by(in_a_day())

    monkeypatch.setattr(clocks.sandbox, "time_of", failing)
    schedules.reconcile(SCHEDULED, None)
    assert "PieceFailed" in counted and "BreachOverdue" in counted
    monkeypatch.setattr(clocks.sandbox, "time_of", time_of)
    here.hours(26)
    counted.clear()
    schedules.reconcile(SCHEDULED, None)
    assert "BreachOverdue" in counted


def test_an_alarm_is_counted_though_nobody_knows_whether_it_is_written(
    here: Register, counted: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    here.record()
    here.hours(25)
    commit = clocks.commit

    def lost(*args: Any) -> None:
        commit(*args)
        raise OutcomeUnknown(retry_after=1)

    monkeypatch.setattr(clocks, "commit", lost)
    with pytest.raises(OutcomeUnknown):
        follow_all()
    assert "BreachOverdue" in counted
    counted.clear()
    follow_all()
    assert counted == []


def in_a_day() -> clock.Setting:
    now = clock.real()
    return clock.Setting(now + timedelta(hours=26), now, is_frozen=True)
