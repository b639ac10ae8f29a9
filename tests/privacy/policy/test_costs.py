"""What the policy costs the store, as docs/privacy.md says it."""

from pathlib import Path

import pytest

from infra.local.meter import Meter
from tests.privacy.policy.injected import days, user
from tests.privacy.policy.test_ledger import LEDGER, POLICY, STATE
from tests.world import Client


@pytest.fixture(scope="module")
def meter() -> Meter:
    from chalicelib import modules

    return Meter(modules.tables())


def mark_tenant(client: Client, number: int) -> None:
    """The first commit of a process in 20 minutes marks its tenant as open; that is no part of what is measured."""
    user(client).post(LEDGER, {"policy_version": number}).ok()


def test_a_request_pays_nothing_for_the_policy_but_once_for_a_version_that_was_shown(
    acme: Client, meter: Meter
) -> None:
    mark_tenant(acme, 1)
    person = user(acme, "sales")
    person.get("/v1/items").ok()
    with meter.measure() as unknown:
        person.get("/v1/items").ok()
    with meter.measure() as shown:
        person.get(POLICY).ok()
    with meter.measure() as first:
        person.get("/v1/items").ok()
    person.get("/v1/items").ok()
    with meter.measure() as later:
        person.get("/v1/items").ok()
    assert (later.reads, later.read_units, later.write_units) == (unknown.reads, unknown.read_units, 0)
    assert (shown.transactions, shown.write_units, first.transactions, first.write_units) == (1, 6, 1, 6)


def test_an_announcement_costs_a_request_nothing_and_a_refusal_one_read(
    acme: Client, meter: Meter, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with days(tmp_path, monkeypatch) as calendar:
        person = user(acme, "sales")
        person.get("/v1/items").ok()
        with meter.measure() as before:
            person.get("/v1/items").ok()
        second = calendar.announce(is_material=True)
        with meter.measure() as announced:
            person.get("/v1/items").ok()
        assert (announced.reads, announced.read_units) == (before.reads, before.read_units)
        calendar.pass_to(second)
        mark_tenant(acme, 2)
        person = user(acme, "sales", sub=str(person.sub))
        person.get(STATE).ok()
        with meter.measure() as refused:
            person.get("/v1/items").refused(403, "policy_not_accepted")
        assert (refused.reads, refused.read_units, refused.write_units) == (1, 1, 0)
        with meter.measure() as accepted:
            person.post(LEDGER, {"policy_version": 2}).ok()
        assert (accepted.transactions, accepted.write_units) == (1, 8)
