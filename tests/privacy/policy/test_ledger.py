"""Who was shown a version of the policy, and who has accepted it."""

from pathlib import Path

import pytest

from tests.privacy.policy.injected import days, sub_of, user
from tests.world import Client

POLICY = "/v1/privacy/policy"
STATE = f"{POLICY}/acceptance"
LEDGER = f"{POLICY}/acceptances"


def entries(officer: Client, query: str = "") -> list[dict[str, object]]:
    found: list[dict[str, object]] = officer.get(f"{LEDGER}{query}").ok()["data"]
    return found


def test_a_program_reads_the_text_with_its_hash_and_its_parts(acme: Client) -> None:
    import hashlib

    reply = acme.get(POLICY)
    policy = reply.ok()
    assert hashlib.sha256(policy["text"].encode()).hexdigest() == policy["content_hash"]
    assert reply.etag.startswith(f'"{policy["content_hash"]}.')
    assert acme.get(POLICY, **{"If-None-Match": reply.etag}).status == 304
    assert (policy["policy_version"], policy["status"], policy["is_material"]) == (1, "in_force", False)
    assert policy["sections"][0]["sentences"][0]["name"] == "account-information"
    assert acme.get(f"{POLICY}?policy_version=1").ok() == policy
    assert [each["policy_version"] for each in acme.get(f"{POLICY}/versions").ok()["data"]] == [1]
    acme.get(f"{POLICY}?policy_version=2").refused(404, "not_found")


def test_the_first_reading_of_a_user_is_written_down_once(acme: Client) -> None:
    assert acme.get(STATE).ok()["shown"] is None
    acme.get(f"{POLICY}/versions").ok()
    assert acme.call("HEAD", POLICY).status == 200
    assert entries(acme) == []
    for _ in range(3):
        acme.get(POLICY).ok()
    shown, accepted = entries(acme)
    assert shown["step"] == "shown" and shown["shown_at"] and shown["accepted_at"] is None
    assert accepted["step"] == "accepted"  # the list itself was a request after the showing
    assert acme.get(STATE).ok()["shown"] == shown


def test_who_goes_on_after_being_shown_the_version_in_force_has_accepted_it_once(acme: Client) -> None:
    person = user(acme, "sales")
    person.get("/v1/items").ok()
    assert entries(acme) == [], "nobody accepts what was not shown"
    person.get(POLICY).ok()
    person.get(STATE).ok()
    person.get("/v1/me").ok()
    assert person.get(STATE).ok()["accepted"] is None, "reading the policy is not going on"
    for _ in range(3):
        person.get("/v1/items").ok()
    shown, accepted = entries(acme, f"?subject={person.sub}")
    assert accepted["how"] == "continued_use"
    assert accepted["shown_at"] == shown["shown_at"] <= accepted["accepted_at"]
    assert person.get(STATE).ok()["accepted"] == accepted
    events = [each for each in acme.get("/v1/audit").ok()["data"] if each["entity"] == "policy"]
    assert [(each["event"], each["actor"], each["entity_id"]) for each in events] == [
        ("policy.accepted_by_use", person.sub, "1"),
        ("policy.shown", person.sub, "1"),
    ]


def test_an_explicit_acceptance_is_one_entry_however_often_it_is_given(acme: Client) -> None:
    first = acme.post(LEDGER, {"policy_version": 1}, key="once").ok()
    assert first["how"] == "explicit" and first["shown_at"] is None, "the API never gave this user the text"
    assert acme.post(LEDGER, {"policy_version": 1}, key="once").ok() == first
    assert acme.post(LEDGER, {"policy_version": 1}).ok() == first
    assert entries(acme) == [first]
    events = [each["event"] for each in acme.get("/v1/audit").ok()["data"]]
    assert events == ["policy.accepted"]


def test_a_dry_run_accepts_nothing(acme: Client) -> None:
    assert acme.call("POST", f"{LEDGER}?dry_run=true", {"policy_version": 1}).ok()["how"] == "explicit"
    assert entries(acme) == []


@pytest.mark.parametrize("number", [2, 9999])
def test_a_version_that_there_is_not_cannot_be_accepted(acme: Client, number: int) -> None:
    problem = acme.post(LEDGER, {"policy_version": number}).refused(422, "invalid")
    assert [(each["pointer"], each["code"]) for each in problem["errors"]] == [("/policy_version", "not_one_of")]
    assert problem["errors"][0]["message"] == f"Version {number} does not exist. Choose one of: 1."


@pytest.mark.parametrize("number", [0, 10000, "1", None, 1.5])
def test_what_is_no_number_of_a_version_is_an_error_of_the_field(acme: Client, number: object) -> None:
    problem = acme.post(LEDGER, {"policy_version": number}).refused(422, "invalid")
    assert [each["pointer"] for each in problem["errors"]] == ["/policy_version"]


def test_a_version_that_was_replaced_cannot_be_accepted_any_more(
    acme: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with days(tmp_path, monkeypatch) as calendar:
        second = calendar.announce(is_material=False, notice=1)
        calendar.pass_to(second)
        person = user(acme)
        problem = person.post(LEDGER, {"policy_version": 1}).refused(422, "invalid")
        assert problem["errors"][0]["message"] == "Version 1 is not in force any more. Choose one of: 2."
        assert person.post(LEDGER, {"policy_version": 2}).ok()["policy_version"] == 2


def test_a_machine_is_shown_the_text_and_accepts_nothing(acme: Client) -> None:
    machine = user(acme, "automation", kind="service")
    machine.get(POLICY).ok()
    machine.get("/v1/items").ok()
    machine.post(LEDGER, {"policy_version": 1}).refused(403, "forbidden")
    state = machine.get(STATE).ok()
    assert (state["shown"], state["accepted"], state["needs_acceptance"]) == (None, None, False)
    assert entries(acme) == []


def test_the_ledger_is_read_by_the_privacy_officer_and_the_auditor_by_user_version_and_step(acme: Client) -> None:
    people = [user(acme, "sales") for _ in range(3)]
    for person in people:
        person.get(POLICY).ok()
        person.post(LEDGER, {"policy_version": 1}).ok()
    for role in ("privacy_officer", "auditor", "admin"):
        reader = user(acme, role)
        assert len(entries(reader)) == 6
        assert {each["subject"] for each in entries(reader, "?step=accepted")} == {each.sub for each in people}
        assert [each["step"] for each in entries(reader, f"?subject={people[0].sub}")] == ["shown", "accepted"]
        assert entries(reader, "?policy_version=2") == []
        first = reader.get(f"{LEDGER}?limit=4").ok()
        rest = reader.get(f"{LEDGER}?limit=4&cursor={first['next_cursor']}").ok()
        assert len(first["data"]) == 4 and len(rest["data"]) == 2 and rest["next_cursor"] is None
    people[0].get(LEDGER).refused(403, "forbidden")


def test_another_tenant_sees_nothing_and_the_same_person_there_has_accepted_nothing(acme: Client) -> None:
    acme.post(LEDGER, {"policy_version": 1}).ok()
    other = acme.world.tenant()
    assert entries(other) == [] and entries(other, f"?subject={sub_of(acme)}") == []
    same = user(other, sub=sub_of(acme))
    assert same.get(STATE).ok()["accepted"] is None


def test_what_was_accepted_stays_when_the_roles_of_the_user_change(acme: Client) -> None:
    """The access state has both."""
    from chalicelib.access import access_state
    from chalicelib.kernel import ids
    from chalicelib.kernel.call import Call
    from chalicelib.kernel.dynamo import store
    from chalicelib.kernel.tenant import Tenant
    from chalicelib.kernel.work import Work

    person = user(acme, "sales")
    person.post(LEDGER, {"policy_version": 1}).ok()
    work = Work(Call.system(Tenant(acme.tenant), "test"))
    access_state.write_user(work, str(person.sub), is_blocked=False, scope_ids=["wh_1"], roles=["warehouse"])
    store.transact(work.actions, ids.new("tok"))
    access_state.forget()
    assert access_state.policy_marks(Tenant(acme.tenant), str(person.sub), fresh=True).accepted == 1
    bounds = access_state.check(Tenant(acme.tenant), str(person.sub), "", 2**40)
    assert (bounds.scope_ids, bounds.roles) == ({"wh_1"}, {"warehouse"})
