"""Several tenants invite one address: what one of them takes back, removes or disables, the others keep.

So it is in any order, and when every call of Keycloak fails before and after it is done.
"""

import itertools
import random
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.access import access_state
from chalicelib.egress.service import Destination, Reply
from chalicelib.identity import admin_api, keycloak, keycloak_retry
from chalicelib.identity.users import invited, service, sync, tables
from chalicelib.jobs import service as jobs
from chalicelib.jobs.schemas import Step
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.tenant import Tenant
from infra.local.issuer_directory import Account
from tests.access.realm import later_clock
from tests.contract.watching import scanned
from tests.identity.people import address, founded
from tests.world import World

pytestmark = pytest.mark.long


class Side:
    """One tenant, and its user with the address."""

    def __init__(self, world: World) -> None:
        self.firm, self.admin = founded(world)
        self.world, self.user = world, ""

    def new(self) -> "Side":
        self.user = ""
        return self

    def see(self) -> Any:
        return self.admin.get(f"/v1/users/{self.user}").ok()

    def invite(self, email: str) -> None:
        self.user = self.admin.post("/v1/users", {"email": email, "roles": ["sales"]}).ok()["id"]

    def accept(self, email: str) -> None:
        account = account_of(self.world, email)
        if account is None or not account.is_verified or account.sub not in self.firm.organization.members:
            account = self.firm.accept(email)
        self.firm.login(account).post("/v1/me/login").ok()

    def remove(self, _: str = "") -> None:
        self.step("remove")

    def step(self, name: str) -> None:
        self.admin.post(f"/v1/users/{self.user}/{name}", etag=self.see()["version"]).ok()


@pytest.fixture(scope="module")
def both(world: World) -> list[Side]:
    return [Side(world), Side(world)]


@pytest.fixture
def sides(both: list[Side], monkeypatch: pytest.MonkeyPatch) -> list[Side]:
    monkeypatch.setattr(service, "MAIL_PAUSE", timedelta(0))
    monkeypatch.setattr(keycloak_retry, "RETRY_SECONDS", 0.0)
    monkeypatch.setattr(keycloak_retry, "LONGEST_SECONDS", 0.0)
    return [side.new() for side in both]


def account_of(world: World, email: str) -> Account | None:
    return world.issuer.directory.by_email(email)


def settle(world: World) -> None:
    world.settle()
    access_state.forget()


def noted(email: str) -> tables.InvitedAddress | None:
    return store.get(tables.InvitedAddress, invited._ref(email).hash_key)


def test_an_invitation_that_is_taken_back_leaves_the_other_tenants_invitation_as_it_was(
    world: World, sides: list[Side]
) -> None:
    first, second = sides
    email = address()
    for side in sides:
        side.invite(email)
        settle(world)
    first.remove()
    settle(world)
    assert (first.see()["status"], first.see()["sync"]) == ("removed", "done")
    account = account_of(world, email)
    assert account is not None and account.is_enabled
    assert account.sub not in first.firm.organization.members
    second.accept(email)
    settle(world)
    assert (second.see()["status"], second.see()["subject"]) == ("active", account.sub)
    assert second.firm.login(account).get("/v1/items").status == 200
    assert noted(email) is None
    second.remove()
    settle(world)
    assert account_of(world, email) is None


def test_the_last_invitation_that_ends_takes_the_account_of_the_first_with_it(world: World, sides: list[Side]) -> None:
    first, second = sides
    email = address()
    for side in sides:
        side.invite(email)
        settle(world)
    for side in (first, second):
        side.remove()
        settle(world)
    assert account_of(world, email) is None
    assert second.firm.organization.invitations == {}
    assert noted(email) is None


def test_a_person_whom_a_tenant_removes_accepts_the_invitation_of_another(world: World, sides: list[Side]) -> None:
    first, second = sides
    email = address()
    first.invite(email)
    settle(world)
    first.accept(email)
    settle(world)
    second.invite(email)
    settle(world)
    first.remove()
    settle(world)
    account = account_of(world, email)
    second.accept(email)
    settle(world)
    assert second.see()["subject"] == account.sub
    assert first.see()["status"] == "removed"
    first.invite(email)
    settle(world)
    assert first.see()["sync"] == "done"


@pytest.mark.parametrize("order", ["invited, then disabled", "disabled, then invited"])
def test_a_person_whom_a_tenant_disables_accepts_the_invitation_of_another(
    world: World, sides: list[Side], order: str
) -> None:
    first, second = sides
    email = address()
    first.invite(email)
    settle(world)
    first.accept(email)
    settle(world)
    steps = [lambda: second.invite(email), lambda: first.step("disable")]
    for step in steps if order.startswith("invited") else reversed(steps):
        step()
        settle(world)
    account = account_of(world, email)
    assert account.is_enabled
    first.firm.login(account).get("/v1/items").refused(403, "user_disabled")
    second.accept(email)
    settle(world)
    assert second.firm.login(account).get("/v1/items").status == 200
    first.firm.login(account).get("/v1/items").refused(403, "user_disabled")
    assert noted(email) is None


def test_no_tenant_is_shown_that_another_has_invited_the_address(world: World, sides: list[Side]) -> None:
    first, second = sides
    shared, alone = address(), address()
    second.invite(shared)
    settle(world)
    seen = []
    for email in (shared, alone):
        first.invite(email)
        settle(world)
        invited_user = first.see()
        first.remove()
        settle(world)
        removed = first.see()
        known = {"id", "email", "created_at", "updated_at", "job_id"}
        seen.append([{k: v for k, v in user.items() if k not in known} for user in (invited_user, removed)])
    assert seen[0] == seen[1]


STEPS = {"invite": "invited", "accept": "active", "remove": "removed"}
SCRIPTS = [("invite", "remove"), ("invite", "accept"), ("invite", "accept", "remove")]


def orders() -> Iterator[tuple[tuple[int, str], ...]]:
    """Every order in which the steps of two tenants can follow one another."""
    for ours, theirs in itertools.product(SCRIPTS, SCRIPTS):
        for places in itertools.combinations(range(len(ours) + len(theirs)), len(ours)):
            left = [iter(ours), iter(theirs)]
            turns = [0 if place in places else 1 for place in range(len(ours) + len(theirs))]
            yield tuple((turn, next(left[turn])) for turn in turns)


CHOSEN = random.Random(7).sample(sorted(set(orders())), 12)


class Faults:
    """Every call of Keycloak fails twice: first before it is done, then after it. The job makes it again."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._ask, self._asked = admin_api._send, Counter[tuple[str, str]]()
        monkeypatch.setattr(admin_api, "_send", self._send)

    def _send(self, call: Call, to: Destination, method: str, path: str, **content: Any) -> Reply:
        self._asked[method, path] += 1
        if self._asked[method, path] == 1:
            raise admin_api.Unavailable("before")
        answer = self._ask(call, to, method, path, **content)
        if self._asked[method, path] == 2:
            raise admin_api.Unavailable("after")
        return answer


@pytest.mark.parametrize("faulty", [False, True], ids=["", "with faults"])
@pytest.mark.parametrize("order", CHOSEN, ids=lambda order: " ".join(f"{side}:{step}" for side, step in order))
def test_in_any_order_everybody_who_is_invited_can_accept_and_nothing_is_left_over(
    world: World,
    sides: list[Side],
    order: tuple[tuple[int, str], ...],
    faulty: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    email = address()
    states = ["", ""]
    for side, step in order:
        getattr(sides[side], step)(email)
        with monkeypatch.context() as jobs_only:
            if faulty:
                Faults(jobs_only)
            settle(world)
        states[side] = STEPS[step]
        for each, state in zip(sides, states, strict=True):
            assert not state or (each.see()["status"], each.see()["sync"]) == (state, "done")
        account = account_of(world, email)
        is_wanted = bool({"invited", "active"} & set(states))
        assert (account is not None) is is_wanted
        assert account is None or account.is_enabled
    for side, state in zip(sides, states, strict=True):
        if state in ("invited", "active"):
            side.remove()
            settle(world)
    assert account_of(world, email) is None
    assert noted(email) is None


def test_an_invitation_waits_while_another_tenants_job_deletes_the_account_and_is_then_a_new_one(
    world: World, sides: list[Side], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = sides
    email = address()
    first.invite(email)
    settle(world)
    before = account_of(world, email)
    delete, waited = keycloak.delete_account, []

    def slowly(call: Call, sub: str) -> None:
        """Before the account is deleted, another tenant invites the address and its job begins."""
        if not waited:
            second.invite(email)
            job = jobs.read(Call.system(Tenant(second.firm.id), "test"), second.see()["job_id"])
            waited.append(sync.sync(Call.system(Tenant(second.firm.id), "test"), job))
        delete(call, sub)

    monkeypatch.setattr(keycloak, "delete_account", slowly)
    first.remove()
    settle(world)
    assert waited == [Step(done=False, wait_seconds=sync.BUSY_SECONDS)]
    assert (first.see()["sync"], second.see()["sync"]) == ("done", "done")
    account = account_of(world, email)
    assert account is not None and account.sub != before.sub
    second.accept(email)
    settle(world)
    assert second.firm.login(account).get("/v1/items").status == 200


def test_a_mark_of_a_job_that_was_killed_keeps_nobody_waiting_for_long(
    world: World, sides: list[Side], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = sides
    email = address()
    for side in (first, second):
        side.invite(email)
    mine, theirs = of(first), of(second)
    for side in (first, second):
        side.remove()
    assert invited.begin(*mine, email) == set()
    assert invited.begin(*mine, email) == set()
    with pytest.raises(invited.Busy):
        invited.begin(*theirs, email)
    second.new().invite(email)
    with pytest.raises(invited.Busy):
        invited.reopened(*of(second))
    with later_clock() as later:
        later.ahead = invited.BUSY_FOR.total_seconds() + 1
        assert invited.reopened(*of(second)) == set()
    invited.end(email, ())
    settle(world)
    assert second.see()["sync"] == "done"


def of(side: Side) -> tuple[Tenant, tables.User]:
    tenant = Tenant(side.firm.id)
    row = store.get(tables.User, tenant.key(), side.user)
    assert row is not None
    return tenant, row


def test_nothing_in_the_note_of_an_address_can_be_read(world: World, sides: list[Side]) -> None:
    email = address()
    sides[0].invite(email)
    found = noted(email)
    assert found is not None
    assert found.claims == {f"{sides[0].firm.id}#{sides[0].user}"}
    assert not [row for row in scanned(tables.InvitedAddress) if email in str(row.attribute_values)]
