"""The authorizer and a key server over a real socket: outages, rotation, and servers that misbehave."""

import socket
import threading
from collections.abc import Iterator

import pytest

from chalicelib.access import jwks
from chalicelib.access.authorizer import authorize
from chalicelib.access.jwks import KeysUnavailableError, fetch_document
from tests.access.forge import Issuer
from tests.access.minting import jwk, rsa_key
from tests.access.realm import JWKS_PATH, HandClock, KeyServer, key_server, standing_clock


def call(token: str) -> dict[str, object]:
    arn = "arn:aws:execute-api:eu-central-1:123456789012:abcdef1234/prod/GET/v1/items"
    return authorize({"type": "TOKEN", "authorizationToken": f"Bearer {token}", "methodArn": arn}, None)


@pytest.fixture
def hand() -> Iterator[HandClock]:
    with standing_clock() as clock:
        yield clock


@pytest.fixture
def server() -> Iterator[KeyServer]:
    with key_server() as running:
        yield running


@pytest.fixture
def realm(hand: HandClock, server: KeyServer, monkeypatch: pytest.MonkeyPatch) -> Issuer:
    issuer = Issuer(server.issuer)
    server.publish(issuer.jwks())
    monkeypatch.setenv("NOVEX_TOKEN_ISSUER", issuer.issuer)
    return issuer


def test_the_keys_are_asked_for_where_keycloak_has_them(realm: Issuer, server: KeyServer) -> None:
    call(realm.token())
    call(realm.token())
    assert server.asked == [JWKS_PATH]


def test_good_tokens_stay_good_while_keycloak_is_down(realm: Issuer, server: KeyServer, hand: HandClock) -> None:
    call(realm.token())
    server.status = 503
    hand.move(2 * 3600)
    call(realm.token())
    assert len(server.asked) == 2


def test_an_outage_that_cannot_be_bridged_is_no_verdict(realm: Issuer, server: KeyServer, hand: HandClock) -> None:
    server.status = 503
    with pytest.raises(KeysUnavailableError) as failed:
        call(realm.token())
    assert str(failed.value) != "Unauthorized"
    server.status = 200
    hand.move(jwks.COLD_RETRY_SECONDS)
    call(realm.token())


def test_a_token_of_a_removed_key_is_refused_after_the_next_refresh(
    realm: Issuer, server: KeyServer, hand: HandClock
) -> None:
    rotated = Issuer(realm.issuer, kid="realm-key-2", private_key=rsa_key("rotated"))
    call(realm.token())
    server.publish(rotated.jwks())
    call(rotated.token())
    with pytest.raises(Exception, match=r"\AUnauthorized\Z"):
        call(realm.token())


def test_a_flood_of_forged_key_ids_from_20_threads_is_one_fetch(realm: Issuer, server: KeyServer) -> None:
    call(realm.token())
    forged = [realm.token(kid=f"invented-{number}") for number in range(20)]
    refused = []
    ready = threading.Barrier(20)

    def flood(token: str) -> None:
        ready.wait()
        try:
            call(token)
        except Exception as error:  # whatever came out is looked at below
            refused.append(str(error))

    threads = [threading.Thread(target=flood, args=(token,)) for token in forged]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == ["Unauthorized"] * 20
    assert len(server.asked) == 2


def test_a_redirect_is_not_followed(server: KeyServer) -> None:
    with key_server() as elsewhere:
        elsewhere.publish({"keys": [jwk(rsa_key("attacker"), "realm-key-1")]})
        server.headers = {"Location": f"{elsewhere.url}{JWKS_PATH}"}
        for server.status in (301, 302, 303, 307, 308):
            with pytest.raises(KeysUnavailableError):
                fetch_document(server.issuer)
        assert elsewhere.asked == []


@pytest.mark.parametrize("status", [204, 304, 400, 401, 404, 500, 503])
def test_only_a_document_is_an_answer(server: KeyServer, status: int) -> None:
    server.status, server.body = status, b""
    with pytest.raises(KeysUnavailableError):
        jwks.signing_keys(fetch_document(server.issuer))


def test_a_document_over_256_kb_is_refused(server: KeyServer) -> None:
    server.body = b"x" * jwks.DOCUMENT_BYTES_MAX
    assert len(fetch_document(server.issuer)) == jwks.DOCUMENT_BYTES_MAX
    server.body += b"x"
    with pytest.raises(KeysUnavailableError, match="too large"):
        fetch_document(server.issuer)


def test_proxies_of_the_environment_are_not_used(server: KeyServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert fetch_document(server.issuer) == server.body


@pytest.mark.parametrize(
    "answer", [b"", b"HTTP/1.1 200 OK\r\n\r\n", b"SSH-2.0-x\r\n"], ids=["silent", "drips", "not HTTP"]
)
def test_a_server_that_stalls_or_drips_costs_no_more_than_the_timeout(
    answer: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server never comes to an end: without a timeout the test would not either."""
    monkeypatch.setattr(jwks, "TIMEOUT_SECONDS", 0.3)
    over = threading.Event()

    def serve(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            connection.sendall(answer)
            while not over.wait(0.05):
                try:
                    connection.sendall(b"{" if answer.endswith(b"\r\n\r\n") else b"")
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener,), daemon=True)
        thread.start()
        try:
            with pytest.raises(KeysUnavailableError):
                fetch_document(f"http://127.0.0.1:{listener.getsockname()[1]}/")
        finally:
            over.set()
            thread.join()


def test_a_refused_connection_is_an_outage() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(KeysUnavailableError):
        fetch_document(f"http://127.0.0.1:{port}/")


@pytest.mark.parametrize(
    "url",
    [
        "http://id.example/realms/novex",
        "http://10.0.0.1/realms/novex",
        "http://169.254.169.254/latest",
        "http://localhost.evil.example/",
        "http://127.0.0.1.evil.example/",
        "file:///etc/passwd",
        "ftp://127.0.0.1/",
        "https://user@id.example/",
        "https://id.example/?a=b",
        "https:///realms/novex",
        "//127.0.0.1/",
        "",
    ],
)
def test_only_https_and_loopback_are_asked(url: str) -> None:
    with pytest.raises(KeysUnavailableError, match="issuer"):
        fetch_document(url)
