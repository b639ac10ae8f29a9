"""A change of the policy: notice before it, and an explicit step when it is material."""

from datetime import timedelta
from pathlib import Path

import pytest

from chalicelib.access import access_state
from chalicelib.access.policy import NOTICE_HEADER
from chalicelib.access.tables import user_ref
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.tenant import Tenant
from tests.contract import operations
from tests.privacy.policy.injected import CHANGED, again, days, user
from tests.privacy.policy.test_ledger import LEDGER, POLICY, STATE
from tests.world import Client

OPEN = {
    *("read_me", "log_in"),
    *("read_policy", "list_policy_versions", "read_policy_acceptance", "accept_policy"),
    *("create_own_privacy_request", "list_own_privacy_requests", "read_own_privacy_request", "confirm_own_login"),
    *("send_own_code", "verify_own_code", "withdraw_own_privacy_request", "appeal_own_privacy_request"),
    "fetch_own_privacy_package",
}
"""Reviewed: what a user may call before accepting a material change. All else with a token is refused. Rights over
one's own data do not hang on an acceptance."""


def test_somebody_decided_which_routes_are_open_before_the_acceptance() -> None:
    endpoints = operations.endpoints().values()
    assert {each.name for each in endpoints if each.before_acceptance} == OPEN
    assert not [each.name for each in endpoints if each.before_acceptance and each.is_public]


def test_from_the_announcement_each_answer_says_what_is_coming_and_from_when(
    acme: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with days(tmp_path, monkeypatch) as calendar:
        person = user(acme, "sales")
        assert person.get("/v1/items").header(NOTICE_HEADER) == ""
        second = calendar.announce(is_material=True)
        told = f'2;from="{second.effective_from}"'
        assert person.get("/v1/items").header(NOTICE_HEADER) == told
        assert person.get("/v1/me").header(NOTICE_HEADER) == told
        assert person.get("/v1/items/itm_x").header(NOTICE_HEADER) == told, "what was admitted and refused later too"
        assert person.get("/v1/audit").header(NOTICE_HEADER) == "", "but nothing that was refused at the door"
        state = person.get(STATE).ok()
        assert (state["in_force"]["policy_version"], state["announced"]["policy_version"]) == (1, 2)
        assert state["announced"]["effective_from"] == str(second.effective_from)
        assert state["announced"]["status"] == "announced" and not state["needs_acceptance"]
        assert user(acme, "automation", kind="service").get("/v1/items").header(NOTICE_HEADER) == ""
        person.post(LEDGER, {"policy_version": 2}).ok()
        assert person.get("/v1/items").header(NOTICE_HEADER) == "", "who has accepted it needs no notice"


def test_a_browser_may_read_the_notice(acme: Client) -> None:
    exposed = acme.get("/v1/me").header("access-control-expose-headers")
    assert NOTICE_HEADER in [name.strip() for name in exposed.split(",")]


def test_once_a_material_change_is_in_force_a_user_must_accept_it_and_then_goes_on(
    acme: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with days(tmp_path, monkeypatch) as calendar:
        second = calendar.announce(is_material=True)
        person = user(acme)
        person.get(f"{POLICY}?policy_version=2").ok()
        person.get("/v1/items").ok()
        assert person.get(STATE).ok()["accepted"] is None, "version 1 was never shown"
        calendar.pass_days(29)
        again(person).get("/v1/items").ok()
        calendar.pass_to(second)
        person = again(person)
        problem = person.get("/v1/items").refused(403, "policy_not_accepted")
        assert problem["policy_version"] == 2
        assert person.get(STATE).ok()["needs_acceptance"] is True
        assert person.get(STATE).ok()["accepted"] is None, "going on accepts no material change"
        person.post(LEDGER, {"policy_version": 2}).ok()
        person.get("/v1/items").ok()
        state = person.get(STATE).ok()
        assert (state["needs_acceptance"], state["accepted"]["how"]) == (False, "explicit")
        assert state["accepted"]["shown_at"] == state["shown"]["shown_at"] is not None


def test_every_route_with_a_token_is_refused_before_but_the_reviewed_ones(
    acme: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with days(tmp_path, monkeypatch) as calendar:
        calendar.pass_to(calendar.announce(is_material=True))
        person, refused = user(acme), 0
        for endpoint in operations.endpoints().values():
            if endpoint.is_public:
                continue
            path = operations.path(endpoint, dict.fromkeys(operations.path_names(endpoint), "x"))
            reply = person.call(endpoint.method, path)
            is_gated = (reply.status, (reply.json or {}).get("code")) == (403, "policy_not_accepted")
            assert is_gated == (endpoint.name not in OPEN), endpoint.name
            refused += is_gated
        assert refused > 190
        assert acme.world.anonymous().get("/health").status == 200
        assert acme.world.anonymous().get("/privacy").status == 200


def test_machines_and_the_product_itself_are_not_asked(
    acme: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with days(tmp_path, monkeypatch) as calendar:
        calendar.pass_to(calendar.announce(is_material=True))
        machine = user(acme, "automation", kind="service")
        machine.get("/v1/items").ok()
        assert machine.get(STATE).ok()["needs_acceptance"] is False


def test_who_accepts_during_the_notice_is_never_stopped(
    acme: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with days(tmp_path, monkeypatch) as calendar:
        second = calendar.announce(is_material=True)
        person = user(acme)
        person.post(LEDGER, {"policy_version": 2}).ok()
        calendar.pass_to(second)
        again(person).get("/v1/items").ok()


def test_an_acceptance_counts_at_once_though_another_process_remembers_that_there_was_none(
    acme: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with days(tmp_path, monkeypatch) as calendar:
        calendar.pass_to(calendar.announce(is_material=True))
        person = user(acme)
        person.get("/v1/items").refused(403, "policy_not_accepted")
        remembered = dict(access_state._cache._entries)
        person.post(LEDGER, {"policy_version": 2}).ok()
        access_state.forget()
        access_state._cache._entries.update(remembered)
        person.get("/v1/items").ok()


def test_what_the_access_state_lacks_of_the_ledger_is_written_again_when_the_user_reads_or_accepts(
    acme: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As after a restore of one table, but not of the other."""
    with days(tmp_path, monkeypatch) as calendar:
        second = calendar.announce(is_material=True)
        person = user(acme)
        person.get(f"{POLICY}?policy_version=2").ok()
        accepted = person.post(LEDGER, {"policy_version": 2}).ok()
        row = user_ref(Tenant(acme.tenant), str(person.sub))
        store.write(store.delete(row))
        access_state.forget()
        assert person.get("/v1/items").header(NOTICE_HEADER)
        person.get(f"{POLICY}?policy_version=2").ok()
        assert access_state.policy_marks(Tenant(acme.tenant), str(person.sub)).shown == {"2"}
        calendar.pass_to(second)
        person = again(person)
        person.get("/v1/items").refused(403, "policy_not_accepted")
        assert person.get(STATE).ok()["needs_acceptance"] is True
        assert person.post(LEDGER, {"policy_version": 2}).ok() == accepted, "the entry of that time"
        person.get("/v1/items").ok()
        assert person.get(STATE).ok()["needs_acceptance"] is False


def test_a_change_that_is_not_material_stops_nobody_and_is_accepted_by_going_on(
    acme: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with days(tmp_path, monkeypatch) as calendar:
        second = calendar.announce(is_material=False, notice=7)
        person, stranger = user(acme, "sales"), user(acme, "sales")
        person.get(f"{POLICY}?policy_version=2").ok()
        person.get("/v1/items").ok()
        assert person.get(STATE).ok()["accepted"] is None, "it is not in force yet"
        calendar.pass_to(second)
        person, stranger = again(person), again(stranger)
        for each in (person, stranger):
            each.get("/v1/items").ok()
        accepted = person.get(STATE).ok()["accepted"]
        assert (accepted["policy_version"], accepted["how"]) == (2, "continued_use")
        assert stranger.get(STATE).ok()["accepted"] is None, "it was never shown to him"


def test_a_later_change_that_is_not_material_does_not_take_the_step_of_a_material_one_away(
    acme: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with days(tmp_path, monkeypatch) as calendar:
        calendar.pass_to(calendar.announce(is_material=True))
        careful, late = user(acme), user(acme)
        careful.post(LEDGER, {"policy_version": 2}).ok()
        third = calendar.announce(is_material=False, notice=1, text=CHANGED + "[access-logs] We log.\n")
        calendar.pass_to(third)
        again(careful).get("/v1/items").ok()
        late = again(late)
        assert late.get("/v1/items").refused(403, "policy_not_accepted")["policy_version"] == 2
        late.post(LEDGER, {"policy_version": 3}).ok()
        late.get("/v1/items").ok()


def test_a_sandbox_cannot_reach_a_version_by_setting_its_clock(
    acme: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with days(tmp_path, monkeypatch) as calendar:
        second = calendar.announce(is_material=True)
        sandbox = user(acme.world.tenant(is_sandbox=True))
        sandbox.post("/v1/sandbox/clock", {"at": f"{second.effective_from + timedelta(days=1)}T00:00:00Z"}).ok()
        sandbox.get("/v1/items").ok()
        assert sandbox.get(STATE).ok()["in_force"]["policy_version"] == 1
