"""What happens by itself: an erasure begins, a proof of identity expires, a share of the time is reported."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.functions import schedules
from chalicelib.kernel import clock, log
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.errors import Contention, TransitionRefused
from chalicelib.kernel.journal import Entry
from chalicelib.kernel.months import month_after
from chalicelib.kernel.tenant import Tenant
from chalicelib.kernel.use_case import commit
from chalicelib.privacy.requests import repository, service, sweep
from tests.access.realm import later_clock
from tests.functions.test_handlers import SCHEDULED
from tests.privacy.requests.asking import REQUESTS, asked, granted, identified, read, step
from tests.world import Client

DAY = 86_400


def run(tenant: str) -> None:
    """What the schedule does, for one tenant."""
    for found, request_id in list(sweep.due()):
        if found.id == tenant:
            assert sweep.settled(found, request_id)


@contextmanager
def after(days: float) -> Iterator[None]:
    with later_clock() as later:
        later.ahead = days * DAY
        yield


def events(client: Client, request: Any) -> list[str]:
    """What happened to the request, the newest first; also in months that have not come."""
    month, found = clock.text(clock.real())[:7], []
    for _ in range(5):
        partition = Tenant(client.tenant).key(month)
        found += [row for row in store.query_all(Entry, Entry.partition == partition) if row.entity_id == request["id"]]
        month = month_after(month)
    return [row.event.partition(".")[2] for row in reversed(found)]


def test_an_erasure_can_be_stopped_for_three_days_and_then_begins_by_itself(acme: Client) -> None:
    request = granted(acme, kind="erasure")
    assert request["status"] == "cooling_off"
    lasts = clock.parse(request["cooling_off_until"]) - clock.parse(request["decision"]["decided_at"])
    assert lasts == timedelta(days=3)
    call = Call.system(Tenant(acme.tenant), "engine")
    with pytest.raises(TransitionRefused):
        commit(call, service.begin_execution, request["id"])
    with after(2.9):
        run(acme.tenant)
    assert read(acme, request)["status"] == "cooling_off"
    with after(3.01):
        run(acme.tenant)
        run(acme.tenant)
    assert read(acme, request)["status"] == "executing"
    assert events(acme, request).count("execution_begun") == 1
    step(acme, request, "withdraw").refused(409, "transition_refused")
    step(acme, request, "cancel").refused(409, "transition_refused")


@pytest.mark.parametrize("stop", ["withdraw", "cancel", "hold"])
def test_what_is_stopped_while_it_cools_off_never_begins(acme: Client, stop: str) -> None:
    request = granted(acme, kind="erasure")
    step(acme, request, stop, {"reason": "litigation"} if stop == "hold" else {}).ok()
    with after(4):
        run(acme.tenant)
    assert "execution_begun" not in events(acme, request)
    if stop == "hold":
        released = step(acme, request, "release").ok()
        assert (released["status"], released["cooling_off_until"]) == ("scoping", None)


def test_all_else_waits_for_the_engine_at_once(acme: Client) -> None:
    request = granted(acme, kind="access")
    assert request["status"] == "decided"
    call = Call.system(Tenant(acme.tenant), "engine")
    for each in (service.begin_execution, service.executed, service.verified, service.recipients_told):
        commit(call, each, request["id"])
    commit(call, service.failed, request["id"])
    assert read(acme, request)["failed_in"] == "notifying_recipients"
    assert step(acme, request, "retry").ok()["status"] == "notifying_recipients"
    commit(call, service.delivered, request["id"])
    found = read(acme, request)
    assert (found["status"], found["clock_share"]) == ("delivered", None)
    assert found["first_response_at"] is not None
    with pytest.raises(TransitionRefused):
        commit(call, service.delivered, request["id"])


def test_recipients_are_told_before_anything_is_delivered(acme: Client) -> None:
    request = granted(acme)
    call = Call.system(Tenant(acme.tenant), "engine")
    for each in (service.begin_execution, service.executed, service.verified):
        commit(call, each, request["id"])
    with pytest.raises(TransitionRefused):
        commit(call, service.delivered, request["id"])


def test_half_most_and_all_of_the_time_are_reported_once_each(acme: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[str] = []
    monkeypatch.setattr(log, "count", lambda name, value=1: counted.append(name))
    request = asked(acme, law="quebec")
    for days in (14, 15.6, 24.8, 24.9, 31, 40):
        with after(days):
            run(acme.tenant)
    ours = [each for each in counted if each.startswith("PrivacyRequest")]
    assert ours == ["PrivacyRequestHalfTime", "PrivacyRequestLate", "PrivacyRequestOverdue"]
    assert events(acme, request).count("warned") == 3


def test_one_late_run_reports_the_highest_share_alone(acme: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[str] = []
    monkeypatch.setattr(log, "count", lambda name, value=1: counted.append(name))
    asked(acme, law="lgpd")
    with after(20):
        run(acme.tenant)
    assert [each for each in counted if each.startswith("PrivacyRequest")] == ["PrivacyRequestOverdue"]


def test_an_answered_request_is_reported_no_more(acme: Client) -> None:
    request = identified(acme)
    step(acme, request, "decide", {"outcome": "refuse", "reason": "unfounded"}).ok()
    step(acme, request, "close").ok()
    with after(60):
        run(acme.tenant)
    assert "warned" not in events(acme, request)


def test_a_request_whose_person_does_not_show_who_he_is_expires_and_is_closed_later(acme: Client) -> None:
    request = asked(acme)
    step(acme, request, "acknowledge").ok()
    with after(30.1):
        run(acme.tenant)
    found = read(acme, request)
    assert (found["status"], found["closed_at"]) == ("expired", None)
    assert found["subject"]["emails"] == ["ada@example.com"]
    with after(60.2):
        run(acme.tenant)
    found = read(acme, request)
    assert (found["status"], found["subject"]["emails"]) == ("closed", [])
    assert events(acme, request)[:2] == ["closed", "expired"]


def test_an_expired_request_goes_on_when_the_identity_is_shown(acme: Client) -> None:
    request = asked(acme)
    step(acme, request, "acknowledge").ok()
    with after(31):
        run(acme.tenant)
    assert step(acme, request, "record-identity", {"how": "known_person"}).ok()["status"] == "scoping"
    with after(90):
        run(acme.tenant)
    assert read(acme, request)["status"] == "scoping"


def test_a_run_that_dies_repeats_nothing_and_loses_nothing(acme: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = granted(acme, kind="erasure"), granted(acme, kind="erasure")
    seen: list[str] = []
    settled = sweep.settled

    def die_once(tenant: Tenant, request_id: str) -> bool:
        if not seen and tenant.id == acme.tenant:
            seen.append(request_id)
            raise Contention()
        return settled(tenant, request_id)

    monkeypatch.setattr(schedules.privacy_requests, "settled", die_once)
    with after(3.1):
        for _ in range(2):
            schedules.reconcile(SCHEDULED, None)
    assert seen
    for request in (one, other):
        assert events(acme, request).count("execution_begun") == 1


def test_the_schedule_settles_requests_before_it_visits_tenants(acme: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    request = granted(acme, kind="erasure")
    monkeypatch.setattr(schedules, "_in_turn", list)
    with after(3.1):
        schedules.reconcile(SCHEDULED, None)
    assert events(acme, request).count("execution_begun") == 1


def test_a_sandbox_goes_by_its_own_clock(acme: Client) -> None:
    sandbox = acme.world.tenant(is_sandbox=True)
    request = granted(sandbox, kind="erasure")
    run(sandbox.tenant)
    assert read(sandbox, request)["status"] == "cooling_off"
    later = (clock.real() + timedelta(days=4)).strftime("%Y-%m-%dT%H:%M:%SZ")
    sandbox.post("/v1/sandbox/clock", {"at": later, "is_frozen": True}).ok()
    run(sandbox.tenant)
    assert read(sandbox, request)["status"] == "executing"


def test_what_is_overdue_is_listed_and_counted(acme: Client) -> None:
    late = asked(acme, law="lgpd", received_at=clock.text(clock.real() - timedelta(days=30)))
    in_time = asked(acme)
    assert late["clock_share"] > 150
    assert [each["id"] for each in acme.get(f"{REQUESTS}?overdue=true").ok()["data"]] == [late["id"]]
    assert [each["id"] for each in acme.get(f"{REQUESTS}?overdue=false").ok()["data"]] == [in_time["id"]]
    counts = acme.get("/v1/counts").ok()["counts"]
    assert counts["open_privacy_requests"] == {"count": 2, "is_more": False}
    assert counts["overdue_privacy_requests"] == {"count": 1, "is_more": False}
    step(acme, late, "cancel").ok()
    assert acme.get(f"{REQUESTS}?overdue=true").ok()["data"] == []
    assert acme.get("/v1/counts").ok()["counts"]["overdue_privacy_requests"]["count"] == 0


def test_rows_end_by_themselves_three_years_after_they_were_closed(acme: Client) -> None:
    request = asked(acme)
    call = Call.system(Tenant(acme.tenant), "test")
    assert repository.read(call, request["id"]).ends_at() is None
    step(acme, request, "cancel").ok()
    row = repository.read(call, request["id"])
    assert row.closed_at is not None
    assert row.ends_at() == row.closed_at + timedelta(days=1095)
