"""The realm's keys: how long they are believed, who may cause a fetch, and what an outage of Keycloak does."""

import threading
from collections.abc import Callable, Iterator

import pytest

from chalicelib.access import jwks
from chalicelib.access.jwks import KeyCache, KeysUnavailableError
from tests.access.minting import json_bytes, jwk, rsa_key
from tests.access.realm import HandClock, standing_clock

URL = "https://id.example/realms/novex/protocol/openid-connect/certs"
OLD = jwk(rsa_key("old"), "old")
NEW = jwk(rsa_key("new"), "new")


class Keycloak:
    """The far end: `publish` rotates, `down` fails, `fetches` counts."""

    def __init__(self) -> None:
        self.publish(OLD)
        self.down = False
        self.fetches = 0
        self.gate: threading.Event | None = None
        self.takes: Callable[[], None] = lambda: None

    def publish(self, *keys: dict[str, str]) -> None:
        self.document = json_bytes({"keys": list(keys)})

    def fetch(self, url: str) -> bytes:
        assert url == URL
        self.fetches += 1
        if self.gate is not None:
            self.gate.wait()
        self.takes()
        if self.down:
            raise KeysUnavailableError("ConnectionRefusedError")
        return self.document


@pytest.fixture
def time() -> Iterator[HandClock]:
    with standing_clock() as hand:
        yield hand


@pytest.fixture
def keycloak() -> Keycloak:
    return Keycloak()


@pytest.fixture
def cache(keycloak: Keycloak) -> KeyCache:
    return KeyCache(URL, keycloak.fetch)


def in_threads(count: int, cache: KeyCache, kids: list[str]) -> list[object]:
    """The answers of `count` lookups that start together."""
    answers: list[object] = [None] * count
    ready = threading.Barrier(count)

    def look(at: int) -> None:
        ready.wait()
        try:
            answers[at] = cache.key(kids[at % len(kids)])
        except KeysUnavailableError as error:
            answers[at] = error

    threads = [threading.Thread(target=look, args=(at,)) for at in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_keys_are_fetched_once_in_five_minutes(time: HandClock, keycloak: Keycloak, cache: KeyCache) -> None:
    for _ in range(10):
        assert cache.key("old") is not None
        time.move(29.9)
    assert keycloak.fetches == 1
    time.move(1)
    assert cache.key("old") is not None
    assert keycloak.fetches == 2


def test_a_rotated_key_is_found_at_once_and_the_old_one_stays(
    time: HandClock, keycloak: Keycloak, cache: KeyCache
) -> None:
    cache.key("old")
    time.move(1)
    keycloak.publish(OLD, NEW)
    assert cache.key("new") is not None
    assert cache.key("old") is not None
    assert keycloak.fetches == 2


def test_a_removed_key_is_dropped_at_the_next_refresh(time: HandClock, keycloak: Keycloak, cache: KeyCache) -> None:
    assert cache.key("old") is not None
    keycloak.publish(NEW)
    time.move(jwks.FRESH_SECONDS)
    assert cache.key("old") is None


def test_a_removed_key_is_dropped_when_any_other_key_causes_the_refresh(
    time: HandClock, keycloak: Keycloak, cache: KeyCache
) -> None:
    assert cache.key("old") is not None
    keycloak.publish(NEW)
    assert cache.key("new") is not None
    assert cache.key("old") is None


def test_a_realm_that_withdraws_every_key_is_obeyed(time: HandClock, keycloak: Keycloak, cache: KeyCache) -> None:
    assert cache.key("old") is not None
    keycloak.publish()
    time.move(jwks.FRESH_SECONDS)
    assert cache.key("old") is None


def test_a_flood_of_unknown_ids_causes_one_fetch_per_cooldown(
    time: HandClock, keycloak: Keycloak, cache: KeyCache
) -> None:
    cache.key("old")
    for round_ in range(1, 4):
        for number in range(200):
            assert cache.key(f"invented-{number}") is None
        assert keycloak.fetches == 1 + round_
        time.move(jwks.COOLDOWN_SECONDS)


def test_a_flood_on_a_cold_function_causes_one_fetch(time: HandClock, keycloak: Keycloak, cache: KeyCache) -> None:
    assert {cache.key(f"invented-{number}") for number in range(200)} == {None}
    assert keycloak.fetches == 1


def test_a_flood_after_a_rotation_does_not_get_a_fetch_of_its_own(
    time: HandClock, keycloak: Keycloak, cache: KeyCache
) -> None:
    cache.key("old")
    keycloak.publish(OLD, NEW)
    cache.key("new")
    time.move(1)
    assert cache.key("invented") is None
    assert keycloak.fetches == 2


def test_a_flood_during_the_due_refresh_gets_no_second_fetch(
    time: HandClock, keycloak: Keycloak, cache: KeyCache
) -> None:
    cache.key("old")
    time.move(jwks.FRESH_SECONDS)
    assert {cache.key(f"invented-{number}") for number in range(50)} == {None}
    assert keycloak.fetches == 2


@pytest.mark.parametrize("warm", [False, True], ids=["cold", "warm"])
def test_a_flood_from_20_threads_causes_one_fetch(
    time: HandClock, keycloak: Keycloak, cache: KeyCache, warm: bool
) -> None:
    if warm:
        cache.key("old")
    keycloak.gate = threading.Event()
    threading.Timer(0.2, keycloak.gate.set).start()
    assert in_threads(20, cache, [f"invented-{number}" for number in range(20)]) == [None] * 20
    assert keycloak.fetches == 1 + warm


def test_20_threads_on_a_cold_function_share_one_fetch(time: HandClock, keycloak: Keycloak, cache: KeyCache) -> None:
    keycloak.gate = threading.Event()
    threading.Timer(0.2, keycloak.gate.set).start()
    answers = in_threads(20, cache, ["old"])
    assert None not in answers
    assert not any(isinstance(answer, Exception) for answer in answers)
    assert keycloak.fetches == 1


def test_20_threads_in_an_outage_wait_for_one_timeout_and_not_for_20(
    time: HandClock, keycloak: Keycloak, cache: KeyCache
) -> None:
    keycloak.down = True
    keycloak.takes = lambda: time.move(jwks.TIMEOUT_SECONDS)
    keycloak.gate = threading.Event()
    threading.Timer(0.2, keycloak.gate.set).start()
    assert all(isinstance(answer, KeysUnavailableError) for answer in in_threads(20, cache, ["old"]))
    assert keycloak.fetches == 1


def test_known_keys_need_no_wait_for_a_fetch_that_is_under_way(
    time: HandClock, keycloak: Keycloak, cache: KeyCache
) -> None:
    cache.key("old")
    keycloak.gate = threading.Event()
    flood = threading.Thread(target=cache.key, args=("invented",))
    flood.start()
    try:
        assert cache.key("old") is not None
        assert flood.is_alive()
    finally:
        keycloak.gate.set()
        flood.join()


def test_an_outage_keeps_the_last_good_keys_for_a_day(
    time: HandClock, keycloak: Keycloak, cache: KeyCache, capsys: pytest.CaptureFixture[str]
) -> None:
    cache.key("old")
    keycloak.down = True
    for _ in range(23):
        time.move(3600)
        assert cache.key("old") is not None
    time.move(3600)
    with pytest.raises(KeysUnavailableError):
        cache.key("old")
    keycloak.down = False
    time.move(jwks.COOLDOWN_SECONDS)
    assert cache.key("old") is not None
    assert len(capsys.readouterr().out.splitlines()) == 24


def test_an_outage_is_asked_about_once_per_cooldown(time: HandClock, keycloak: Keycloak, cache: KeyCache) -> None:
    cache.key("old")
    keycloak.down = True
    time.move(jwks.FRESH_SECONDS)
    for _ in range(100):
        assert cache.key("old") is not None
    assert keycloak.fetches == 2
    time.move(jwks.COOLDOWN_SECONDS)
    assert cache.key("old") is not None
    assert keycloak.fetches == 3


def test_an_outage_ends_with_the_next_fetch(time: HandClock, keycloak: Keycloak, cache: KeyCache) -> None:
    cache.key("old")
    keycloak.down = True
    time.move(jwks.FRESH_SECONDS)
    cache.key("old")
    keycloak.down = False
    keycloak.publish(NEW)
    time.move(jwks.COOLDOWN_SECONDS)
    assert cache.key("old") is None
    assert cache.key("new") is not None


def test_an_unknown_key_in_an_outage_gets_no_verdict(time: HandClock, keycloak: Keycloak, cache: KeyCache) -> None:
    cache.key("old")
    keycloak.down = True
    for _ in range(100):
        with pytest.raises(KeysUnavailableError):
            cache.key("perhaps-new")
    assert keycloak.fetches == 2
    assert cache.key("old") is not None


def test_a_cold_function_in_an_outage_gives_no_verdict_and_soon_asks_again(
    time: HandClock, keycloak: Keycloak, cache: KeyCache
) -> None:
    keycloak.down = True
    for _ in range(100):
        with pytest.raises(KeysUnavailableError):
            cache.key("old")
    assert keycloak.fetches == 1
    keycloak.down = False
    time.move(jwks.COLD_RETRY_SECONDS)
    assert cache.key("old") is not None


def test_a_clock_that_steps_back_fetches_again(time: HandClock, keycloak: Keycloak, cache: KeyCache) -> None:
    cache.key("old")
    keycloak.publish(NEW)
    time.move(-3600)
    assert cache.key("old") is None


@pytest.mark.parametrize(
    "document", [b"", b"<html>", b"[]", b'{"error":"x"}', b'{"keys":{}}', b'{"keys":[],"keys":[]}']
)
def test_what_is_no_key_set_is_an_outage(time: HandClock, keycloak: Keycloak, cache: KeyCache, document: bytes) -> None:
    cache.key("old")
    keycloak.document = document
    time.move(jwks.FRESH_SECONDS)
    assert cache.key("old") is not None
