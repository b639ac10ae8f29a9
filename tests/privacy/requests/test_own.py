"""Users who ask about themselves."""

import time

from tests.identity.people import Firm, address
from tests.privacy.requests.asking import OWN, REQUESTS, asked, code_in, read, step
from tests.world import Client

BODY = {"kind": "access", "statement": "What do you know of me?"}


def an_hour_ago() -> int:
    return int(time.time()) - 3600


def test_a_recent_login_proves_who_asks(acme: Client) -> None:
    request = acme.post(OWN, BODY).ok()
    assert (request["status"], request["identity_how"]) == ("scoping", "recent_login")
    assert (request["lane"], request["channel"]) == ("account", "self_service")
    assert request["acknowledged_at"] == request["received_at"]
    assert request["allowed_transitions"] == ["withdraw"]


def test_an_older_login_proves_nothing_and_a_code_is_mailed(acme: Client) -> None:
    firm = Firm(acme.world, acme.tenant)
    email = address()
    user, account = firm.join(acme, email, "sales")
    person = firm.login(account, auth_time=an_hour_ago())
    request = person.post(OWN, BODY).ok()
    assert (request["status"], request["identity_at"], request["mail"]) == ("awaiting_identity", None, "waiting")
    shown = read(acme, request)["subject"]
    assert (shown["emails"], shown["document_ids"]) == ([email], [user["id"]])
    step(person, request, "confirm-login", base=OWN).refused(401, "insufficient_user_authentication")
    acme.world.settle()
    assert step(person, request, "verify-code", {"code": code_in(email)}, OWN).ok()["is_accepted"] is True
    assert read(person, request, OWN)["identity_how"] == "mail_code"


def test_whoever_logs_in_again_needs_no_code(acme: Client) -> None:
    firm = Firm(acme.world, acme.tenant)
    _, account = firm.join(acme, address(), "sales")
    request = firm.login(account, auth_time=an_hour_ago()).post(OWN, BODY).ok()
    found = step(firm.login(account), request, "confirm-login", base=OWN).ok()
    assert (found["status"], found["identity_how"]) == ("scoping", "recent_login")
    step(firm.login(account), request, "confirm-login", base=OWN).refused(409, "transition_refused")


def test_a_user_sees_his_own_requests_only(acme: Client) -> None:
    mine, hers = acme.post(OWN, BODY).ok(), acme.as_("sales")
    assert [each["id"] for each in acme.get(OWN).ok()["data"]] == [mine["id"]]
    assert hers.get(OWN).ok()["data"] == []
    for name in ("", "/withdraw", "/appeal", "/send-code", "/verify-code", "/confirm-login"):
        path = f"{OWN}/{mine['id']}{name}"
        body = {"code": "00000000"} if name == "/verify-code" else {}
        reply = hers.get(path) if not name else hers.post(path, body, etag="*")
        reply.refused(404, "not_found")
    written = asked(acme)
    acme.get(f"{OWN}/{written['id']}").refused(404, "not_found")


def test_an_officer_answers_it(acme: Client) -> None:
    request = acme.post(OWN, BODY).ok()
    officer = acme.as_("privacy_officer")
    step(officer, request, "decide", {"outcome": "refuse", "reason": "excessive", "text": "Again."}).ok()
    found = read(acme, request, OWN)
    assert (found["decision"]["outcome"], found["decision"]["text"]) == ("refuse", "Again.")
    assert found["allowed_transitions"] == ["appeal", "withdraw"]
    appealed = step(acme, request, "appeal", {"text": "No."}, OWN).ok()
    assert appealed["status"] == "appealed"
    assert appealed["clock_share"] == 0
    step(officer, request, "decide", {"outcome": "refuse", "reason": "excessive"}).ok()
    step(acme, request, "appeal", {}, OWN).refused(409, "transition_refused")


def test_a_machine_has_no_data_of_its_own(acme: Client) -> None:
    token = acme.world.issuer.token(tenant=acme.tenant, roles=("automation",), kind="service")
    Client(acme.world, acme.tenant, ("automation",), token=token).post(OWN, BODY).refused(403, "forbidden")


def test_global_privacy_control_is_recorded(acme: Client) -> None:
    headers = {"Idempotency-Key": "gpc", "Sec-GPC": "1"}
    assert acme.call("POST", OWN, BODY, headers).ok()["gpc"] is True
    assert acme.post(OWN, BODY).ok()["gpc"] is False


def test_a_user_asks_only_so_often_a_day(acme: Client) -> None:
    for _ in range(20):
        acme.post(OWN, BODY).ok()
    acme.post(OWN, BODY).refused(409, "quota_reached")
    acme.as_("sales").post(OWN, BODY).ok()


def test_what_is_withdrawn_is_over(acme: Client) -> None:
    request = acme.post(OWN, BODY).ok()
    found = step(acme, request, "withdraw", base=OWN).ok()
    assert (found["status"], found["statement"]) == ("withdrawn", "")
    assert found["closed_at"] is not None
    assert found["clock_share"] is None
    assert acme.get(f"{REQUESTS}/{request['id']}").ok()["status"] == "withdrawn"
