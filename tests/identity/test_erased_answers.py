"""Stored answers follow an erasure: what a command has answered about a person goes with the person's data."""

import uuid
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.access import access_state
from chalicelib.identity.users import service, tables
from chalicelib.kernel import clock, idempotency
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.errors import AnswerErased
from chalicelib.kernel.idempotency import StoredAnswer
from chalicelib.kernel.tenant import Tenant
from tests.access.realm import later_clock
from tests.contract.watching import everything, rows
from tests.identity.people import Firm, address, founded
from tests.world import Client, Reply, World

pytestmark = pytest.mark.long


@pytest.fixture
def firm(world: World, monkeypatch: pytest.MonkeyPatch) -> tuple[Firm, Client]:
    monkeypatch.setattr(service, "MAIL_PAUSE", timedelta(0))
    return founded(world)


def answers_with(client: Client, word: str) -> list[str]:
    """The stored answers of the tenant that hold the word."""
    stored = [StoredAnswer.read(item) for item in rows(StoredAnswer, client)]
    return [row.partition for row in stored if word in row.content.decode()]


def invite(admin: Client, email: str, key: str) -> Reply:
    return admin.post("/v1/users", {"email": email, "roles": ["sales"]}, key=key)


def step(admin: Client, user: Any, name: str, key: str) -> Reply:
    return admin.post(f"/v1/users/{user['id']}/{name}", key=key, etag=user["version"])


def settled(admin: Client, user: Any) -> Any:
    admin.world.settle()
    access_state.forget()
    return admin.get(f"/v1/users/{user['id']}").ok()


def test_a_removed_persons_address_is_in_no_stored_answer_and_nothing_else_is_erased(
    firm: tuple[Firm, Client],
) -> None:
    admin, email, other = firm[1], address(), address()
    keys = [uuid.uuid4().hex for _ in range(4)]
    kept = invite(admin, other, "kept").ok()
    user = invite(admin, email, keys[0]).ok()
    user = step(admin, settled(admin, user), "invite-again", keys[1]).ok()
    assert invite(admin, email, keys[0]).header("idempotent-replayed") == "true"
    removed = step(admin, settled(admin, user), "remove", keys[2])
    assert removed.ok()["email"] == email
    assert len(answers_with(admin, email)) == 3
    settled(admin, user)
    assert answers_with(admin, email) == []
    assert not [table for table, content in everything(admin) if email in content and admin.tenant in content]
    assert len(answers_with(admin, other)) == 1
    assert invite(admin, other, "kept").ok() == kept


def test_a_command_whose_answer_was_erased_says_so_and_does_not_happen_again(firm: tuple[Firm, Client]) -> None:
    admin, email = firm[1], address()
    user = invite(admin, email, "once").ok()
    settled(admin, step(admin, settled(admin, user), "remove", "gone").ok())
    written = list(admin.world.issuer.directory.written_to)
    for reply in (invite(admin, email, "once"), invite(admin, address(), "once"), step(admin, user, "remove", "gone")):
        problem = reply.refused(410, "answer_erased")
        assert email not in str(problem)
    admin.world.settle()
    assert admin.world.issuer.directory.written_to == written
    assert admin.get(f"/v1/users?email={email}").ok()["data"] == []
    assert invite(admin, email, "anew").status == 202


def test_an_answer_that_is_stored_while_a_person_is_erased_is_erased_too(
    firm: tuple[Firm, Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    admin, email = firm[1], address()
    user = settled(admin, invite(admin, email, "first").ok())
    gone = step(admin, user, "remove", "second").ok()
    call = Call(Tenant(admin.tenant), "somebody", "r", method="POST", path="/v1/x", idempotency_key="late")
    ref = store.Ref(tables.User, call.tenant.key(), user["id"])
    transact, stored = store.transact, []

    def overtaken(actions: list[store.Action], token: str) -> None:
        """Just before the erasure is written, another command stores its answer, and lists it."""
        if not stored and "user.synced" in str(actions):
            row = tables.User.read(store.get_many([ref])[ref])
            row.answers, _ = idempotency.listed(row.answers, call)
            row.version += 1
            stored.append(store.write(store.put(row)))
        transact(actions, token)

    monkeypatch.setattr(store, "transact", overtaken)
    settled(admin, gone)
    assert stored == [True]
    with pytest.raises(AnswerErased):
        idempotency.find(call)


def test_an_address_that_its_owner_has_changed_is_in_no_stored_answer(firm: tuple[Firm, Client]) -> None:
    house, admin = firm
    before = address()
    _, account = house.join(admin, before, "sales")
    assert answers_with(admin, before)
    account.email = address()
    later = int(clock.now().timestamp()) + 2
    house.login(account, iat=later, auth_time=later).post("/v1/me/login").ok()
    assert answers_with(admin, before) == []


def test_a_document_lists_no_answers_whose_time_is_over_and_only_so_many(firm: tuple[Firm, Client]) -> None:
    call = Call(Tenant(firm[1].tenant), "somebody", "r", method="POST", path="/v1/x", idempotency_key="k")
    listed, dropped = idempotency.listed({}, call)
    assert (len(listed), dropped) == (1, [])
    many = {f"{n:028}": next(iter(listed.values())) for n in range(60)}
    listed, dropped = idempotency.listed(many, call)
    assert (len(listed), len(dropped)) == (40, 21)
    assert listed.keys().isdisjoint(dropped)
    with later_clock() as later:
        later.ahead = 9 * 86_400
        assert len(idempotency.listed(many, call)[0]) == 1
