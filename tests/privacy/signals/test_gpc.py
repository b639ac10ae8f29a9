"""The Global Privacy Control signal."""

from typing import Any

import pytest

from chalicelib.access import privacy_signals
from chalicelib.edge.cors import ALLOWED_HEADERS
from chalicelib.kernel import clock, log
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.errors import Contention
from tests.world import Client, World

SIGNALS = "/v1/privacy/signals"
GPC = {"Sec-GPC": "1"}


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that has recorded nothing yet."""
    from chalicelib.kernel.ttl_cache import TtlCache

    monkeypatch.setattr(privacy_signals, "_recorded", TtlCache(60, 10))


def recorded(client: Client) -> list[Any]:
    found: list[Any] = client.get(SIGNALS).ok()["data"]
    return found


def test_the_support_resource_is_public_and_as_the_specification_wants_it(world: World) -> None:
    reply = world.anonymous().get("/.well-known/gpc.json")
    assert reply.ok() == {"gpc": True, "lastUpdate": "2026-11-27"}
    assert reply.header("content-type") == "application/json"


def test_the_signal_is_recorded_once_a_day_for_each_user(acme: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    colleague = acme.as_("sales")
    assert acme.get("/v1/me").ok() and recorded(acme) == []
    written: list[Any] = []
    real = store.write
    monkeypatch.setattr(store, "write", lambda action: written.append(action) or real(action))
    for _ in range(3):
        acme.get("/v1/me", **GPC).ok()
        colleague.get("/v1/me", **GPC).ok()
    assert sum(action.ref.model is privacy_signals.PrivacySignal for action in written) == 2
    found = recorded(acme)
    assert {each["day"] for each in found} == {clock.real().date().isoformat()}
    assert {each["actor"] for each in found} == {client.get("/v1/me").ok()["subject"] for client in (acme, colleague)}


def test_another_process_does_not_write_over_the_first_time(acme: Client, fresh: None) -> None:
    acme.get("/v1/me", **GPC).ok()
    (first,) = recorded(acme)
    privacy_signals._recorded.drop((acme.tenant, first["actor"], first["day"]))
    acme.get("/v1/me", **GPC).ok()
    assert recorded(acme) == [first]


@pytest.mark.parametrize("value", ["0", "", "true", "1, 1"])
def test_only_the_one_value_of_the_specification_is_the_signal(acme: Client, value: str) -> None:
    acme.get("/v1/me", **{"Sec-GPC": value}).ok()
    assert recorded(acme) == []


def test_the_answer_is_the_same_with_and_without_the_signal(acme: Client) -> None:
    assert acme.get("/v1/me", **GPC).body == acme.get("/v1/me").body


def test_a_store_that_does_not_answer_fails_no_request(acme: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    real = store.write

    def write(action: Any) -> bool:
        if action.ref.model is privacy_signals.PrivacySignal:
            raise Contention()
        return real(action)

    with monkeypatch.context() as broken:
        broken.setattr(store, "write", write)
        acme.get("/v1/me", **GPC).ok()
    assert recorded(acme) == []
    acme.get("/v1/me", **GPC).ok()
    assert len(recorded(acme)) == 1


def test_log_lines_of_the_request_say_so(acme: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    keys: list[dict[str, object]] = []
    monkeypatch.setattr(type(log.logger()), "thread_safe_append_keys", lambda _, **given: keys.append(given))
    acme.get("/v1/me", **GPC).ok()
    acme.get("/v1/me").ok()
    assert [given["gpc"] for given in keys if "gpc" in given] == [True, None]


def test_browsers_need_no_permission_to_send_it() -> None:
    """`Sec-` headers are the browser's own: no script can set them, and no preflight asks for them."""
    assert not any(name.lower().startswith("sec-") for name in ALLOWED_HEADERS)


def test_officers_and_auditors_read_the_record(acme: Client) -> None:
    for role in ("privacy_officer", "auditor"):
        acme.as_(role).get(SIGNALS).ok()
    acme.as_("sales").get(SIGNALS).refused(403, "forbidden")
