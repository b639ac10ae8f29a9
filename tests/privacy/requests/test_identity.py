"""How the identity is shown: the code by mail and those who guess it, and what an officer has seen."""

import pytest

from chalicelib.egress import mail
from chalicelib.kernel import config
from chalicelib.kernel.call import Call
from chalicelib.kernel.errors import Contention
from chalicelib.kernel.tenant import Tenant
from chalicelib.kernel.use_case import commit
from chalicelib.privacy.requests import consumers, repository, service
from chalicelib.privacy.requests.content_schemas import PrivacyRequestKind, PrivacySubject
from chalicelib.privacy.requests.law_schemas import PrivacyLaw
from chalicelib.privacy.requests.schemas import NewPrivacyRequest
from tests.access.realm import later_clock
from tests.privacy.requests.asking import REQUESTS, asked, code_in, mails, read, step
from tests.world import Client


def waiting(client: Client, address: str) -> dict[str, str]:
    """A request that waits for the code that was mailed to the address."""
    request: dict[str, str] = asked(client, subject={"emails": [address]})
    step(client, request, "acknowledge").ok()
    step(client, request, "send-code").ok()
    client.world.settle()
    return request


def enter(client: Client, request: dict[str, str], code: str) -> tuple[bool, int]:
    result = step(client, request, "verify-code", {"code": code}).ok()
    return result["is_accepted"], result["tries_left"]


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**8:08}"


def address_of(client: Client, name: str = "ada") -> str:
    return f"{name}.{client.tenant}@example.com"


def test_three_wrong_codes_end_it_and_the_right_one_comes_too_late(acme: Client) -> None:
    address = address_of(acme)
    request = waiting(acme, address)
    code = code_in(address)
    assert [enter(acme, request, wrong(code)) for _ in range(3)] == [(False, 2), (False, 1), (False, 0)]
    assert read(acme, request)["status"] == "verify_failed"
    step(acme, request, "verify-code", {"code": code}).refused(409, "transition_refused")
    step(acme, request, "send-code").ok()
    acme.world.settle()
    assert enter(acme, request, code_in(address)) == (True, 0)


def test_a_code_is_over_after_ten_minutes(acme: Client) -> None:
    address = address_of(acme)
    request = waiting(acme, address)
    with later_clock() as later:
        later.ahead = 601
        assert enter(acme, request, code_in(address)) == (False, 2)
    with later_clock() as later:
        later.ahead = 590
        assert enter(acme, request, code_in(address)) == (True, 0)


def test_a_new_code_ends_the_one_before(acme: Client) -> None:
    address = address_of(acme)
    request = waiting(acme, address)
    first = code_in(address)
    step(acme, request, "send-code").ok()
    acme.world.settle()
    assert code_in(address) != first
    assert enter(acme, request, first) == (False, 2)
    assert enter(acme, request, code_in(address)) == (True, 0)


def test_a_code_counts_for_its_own_request_alone(acme: Client) -> None:
    one, other = waiting(acme, address_of(acme, "one")), waiting(acme, address_of(acme, "other"))
    assert enter(acme, other, code_in(address_of(acme, "one"))) == (False, 2)
    assert enter(acme, one, code_in(address_of(acme, "one"))) == (True, 0)


def test_a_wrong_code_that_is_repeated_with_its_key_counts_once(acme: Client) -> None:
    address = address_of(acme)
    request = waiting(acme, address)
    path = f"{REQUESTS}/{request['id']}/verify-code"
    body = {"code": wrong(code_in(address))}
    for _ in range(4):
        assert acme.post(path, body, key="again", etag="*").ok()["tries_left"] == 2


def test_an_address_is_sent_three_codes_in_an_hour(acme: Client) -> None:
    address = address_of(acme)
    for _ in range(2):
        request = waiting(acme, address)
        step(acme, request, "send-code").ok()
        acme.world.settle()
    assert len(mails(address)) == 3
    assert read(acme, request)["mail"] == "too_many"
    assert enter(acme, request, code_in(address)) == (False, 3), "there is no code, so nothing is counted"


@pytest.mark.parametrize("how", ["seen_document", "known_person"])
def test_an_officer_may_record_what_he_has_seen_and_the_journal_says_who(acme: Client, how: str) -> None:
    officer = acme.as_("privacy_officer")
    request = asked(officer)
    step(officer, request, "acknowledge").ok()
    found = step(officer, request, "record-identity", {"how": how}).ok()
    assert (found["status"], found["identity_how"]) == ("scoping", how)
    entries = acme.get("/v1/audit?event=privacy_request.identified").ok()["data"]
    assert [each["entity_id"] for each in entries] == [request["id"]]
    assert entries[0]["actor"] == found["updated_by"]


def test_nobody_records_a_code_that_was_never_entered(acme: Client) -> None:
    request = asked(acme)
    step(acme, request, "acknowledge").ok()
    problem = step(acme, request, "record-identity", {"how": "mail_code"}).refused(422, "invalid")
    assert [each["pointer"] for each in problem["errors"]] == ["/how"]


def test_without_a_sender_the_officer_is_told_so(acme: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    request = asked(acme)
    step(acme, request, "acknowledge").ok()
    step(acme, request, "send-code").ok()
    monkeypatch.setenv("NOVEX_MAIL_SENDER", "")
    config.current.cache_clear()
    step(acme, request, "send-code").refused(409, "mail_not_configured")
    acme.world.settle()
    assert read(acme, request)["mail"] == "no_sender"
    monkeypatch.undo()
    config.current.cache_clear()


def test_without_an_address_no_code_is_sent(acme: Client) -> None:
    request = asked(acme, subject={"name": "Ada"})
    step(acme, request, "acknowledge").ok()
    step(acme, request, "send-code").refused(409, "no_address")


def test_a_mail_that_is_never_taken_is_told(acme: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOVEX_MAIL_SENDER", "nobody@unverified.example")
    config.current.cache_clear()
    request = waiting(acme, address_of(acme))
    assert read(acme, request)["mail"] == "refused"
    monkeypatch.undo()
    config.current.cache_clear()


@pytest.mark.parametrize("point", ["make", "note"])
def test_whoever_dies_while_mailing_leaves_it_to_the_next(
    acme: Client, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    """Once before the mail is sent, once after: then there are two mails, and the last code counts."""
    address = address_of(acme)
    request = asked(acme, subject={"emails": [address]})
    step(acme, request, "acknowledge").ok()
    step(acme, request, "send-code").ok()
    call = Call.system(Tenant(acme.tenant), "test")

    def die(*_: object) -> None:
        raise Contention()

    with monkeypatch.context() as dying:
        place = (mail, "send") if point == "make" else (consumers.note, "decide")
        dying.setattr(*place, die)
        with pytest.raises(Contention):
            consumers._mail(call, request["id"])
    acme.world.settle()
    assert len(mails(address)) == (1 if point == "make" else 2)
    assert enter(acme, request, code_in(address)) == (True, 0)


def test_no_code_is_stored_as_it_is_and_none_is_in_the_journal(acme: Client) -> None:
    address = address_of(acme)
    request = waiting(acme, address)
    row = repository.read(Call.system(Tenant(acme.tenant), "test"), request["id"])
    code = code_in(address)
    assert code not in str(row.item())
    assert code not in acme.get("/v1/audit").body.decode()
    assert address not in acme.get("/v1/audit").body.decode()
    assert code not in acme.get(REQUESTS).body.decode()


def test_a_code_proves_no_other_address_than_it_was_mailed_to(acme: Client) -> None:
    request = waiting(acme, address_of(acme))
    changed = {"subject": {"emails": [address_of(acme, "eve")]}}
    assert acme.patch(f"{REQUESTS}/{request['id']}", changed, etag="*").ok()["mail"] is None
    assert enter(acme, request, code_in(address_of(acme))) == (False, 3)


def test_before_a_code_is_made_nothing_can_be_tried(acme: Client) -> None:
    request = asked(acme, subject={"emails": [address_of(acme)]})
    step(acme, request, "acknowledge").ok()
    step(acme, request, "send-code").ok()
    for _ in range(4):
        assert enter(acme, request, "12345678") == (False, 3)
    acme.world.settle()
    assert enter(acme, request, code_in(address_of(acme))) == (True, 0)


def test_mails_that_cannot_be_handed_over_cost_no_other_code(acme: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    address = address_of(acme)
    request = asked(acme, subject={"emails": [address]})
    step(acme, request, "acknowledge").ok()
    step(acme, request, "send-code").ok()

    def fail(*_: object) -> None:
        raise Contention()

    with monkeypatch.context() as outage:
        outage.setattr(mail, "send", fail)
        for _ in range(5):
            with pytest.raises(Contention):
                consumers._mail(Call.system(Tenant(acme.tenant), "test"), request["id"])
    acme.world.settle()
    assert read(acme, request)["mail"] == "sent"
    assert enter(acme, request, code_in(address)) == (True, 0)


def test_an_address_that_changes_while_a_code_is_mailed_gets_none(
    acme: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = asked(acme, subject={"emails": [address_of(acme)]})
    step(acme, request, "acknowledge").ok()
    step(acme, request, "send-code").ok()
    made = consumers.identity.new_code

    def change_meanwhile() -> str:
        body = {"subject": {"emails": [address_of(acme, "eve")]}}
        acme.patch(f"{REQUESTS}/{request['id']}", body, etag="*").ok()
        return made()

    monkeypatch.setattr(consumers.identity, "new_code", change_meanwhile)
    acme.world.settle()
    assert mails(address_of(acme)) == mails(address_of(acme, "eve")) == []


def test_a_platform_has_checked_who_asks(acme: Client) -> None:
    command = NewPrivacyRequest(
        kind=PrivacyRequestKind.ERASURE, law=PrivacyLaw.GDPR, subject=PrivacySubject(emails=["ada@example.com"])
    )
    call = Call.system(Tenant(acme.tenant), "shopify")
    made = commit(call, service.receive_from_platform, command)
    found = acme.get(f"{REQUESTS}/{made.id}").ok()
    assert (found["status"], found["channel"], found["identity_how"]) == ("scoping", "platform", "platform")


def test_addresses_are_fixed_once_the_identity_was_checked(acme: Client) -> None:
    request = asked(acme)
    path = f"{REQUESTS}/{request['id']}"
    changed = {"subject": {"name": "Ada", "emails": ["eve@example.com"]}}
    step(acme, request, "acknowledge").ok()
    acme.patch(path, changed, etag="*").ok()
    step(acme, request, "record-identity", {"how": "known_person"}).ok()
    problem = acme.patch(path, {"subject": {"name": "Eve", "emails": ["ada@example.com"]}}, etag="*").refused(
        422, "invalid"
    )
    assert [each["pointer"] for each in problem["errors"]] == ["/subject/name", "/subject/emails"]
