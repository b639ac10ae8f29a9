"""The local issuer is shaped as Keycloak is, down to what it refuses."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import requests

from infra.local import realm
from infra.local.issuer import Issuer

REDIRECT = "http://127.0.0.1:5173/back"
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
AUTHORIZATION = {
    "client_id": realm.WEB_CLIENT,
    "redirect_uri": REDIRECT,
    "response_type": "code",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
    "state": "s1",
}


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    with Issuer() as running:
        yield running


def verified(issuer: Issuer, token: str, **options: Any) -> dict[str, Any]:
    key = jwt.PyJWKClient(f"{issuer.issuer}/protocol/openid-connect/certs").get_signing_key_from_jwt(token)
    claims: dict[str, Any] = jwt.decode(token, key, ["RS256"], issuer=issuer.issuer, **options)
    return claims


def post(issuer: Issuer, path: str, form: dict[str, str], **options: Any) -> requests.Response:
    return requests.post(f"{issuer.base}{path}", data=form, allow_redirects=False, timeout=60, **options)


def login(issuer: Issuer, username: str) -> str:
    answer = post(issuer, f"/realms/novex{'/login-actions/authenticate'}", AUTHORIZATION | {"username": username})
    query = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert (query["state"], query["iss"]) == (["s1"], [issuer.issuer])
    return query["code"][0]


def exchange(issuer: Issuer, code: str, verifier: str = VERIFIER) -> requests.Response:
    form = {"grant_type": "authorization_code", "client_id": realm.WEB_CLIENT, "redirect_uri": REDIRECT}
    return post(issuer, TOKEN, form | {"code": code, "code_verifier": verifier})


TOKEN = "/realms/novex/protocol/openid-connect/token"


def test_user_token_carries_one_organization_with_its_roles_inside(issuer: Issuer) -> None:
    token = issuer.token(tenant="globex", roles=("warehouse",))
    claims = verified(issuer, token, audience="novex-api")
    assert jwt.get_unverified_header(token) == {"alg": "RS256", "typ": "JWT", "kid": issuer.keys.kid}
    assert claims["organization"] == {
        "globex": {
            "id": realm.ORGANIZATIONS["globex"],
            "groups": ["/warehouse"],
            "realm_access": {"roles": ["warehouse"]},
        }
    }
    assert (claims["typ"], claims["azp"], claims["exp"] - claims["iat"]) == ("Bearer", "novex-web", 300)
    assert {"sub", "sid", "jti", "auth_time"} <= claims.keys()
    assert "warehouse" not in claims["realm_access"]["roles"]


def test_key_set_has_a_signing_and_an_encryption_key(issuer: Issuer) -> None:
    discovery = requests.get(f"{issuer.issuer}/.well-known/openid-configuration", timeout=60).json()
    keys = requests.get(discovery["jwks_uri"], timeout=60).json()["keys"]
    assert discovery["issuer"] == issuer.issuer
    assert sorted((key["use"], key["alg"]) for key in keys) == [("enc", "RSA-OAEP"), ("sig", "RS256")]
    assert all("d" not in key for key in keys)


def test_machine_client_gets_a_service_token_for_its_own_tenant(issuer: Issuer) -> None:
    client = realm.machine_client("acme")
    good = post(issuer, TOKEN, {"grant_type": "client_credentials"}, auth=(client, issuer.client_secrets[client]))
    bad = post(issuer, TOKEN, {"grant_type": "client_credentials", "client_id": client, "client_secret": "guess"})
    claims = verified(issuer, good.json()["access_token"], audience="novex-api")
    assert list(claims["organization"]) == ["acme"]
    assert claims["preferred_username"] == f"service-account-{client}"
    assert "auth_time" not in claims
    assert (bad.status_code, bad.json()["error"]) == (401, "unauthorized_client")


def test_demo_user_logs_in_by_code_with_pkce_and_refreshes_once(issuer: Issuer) -> None:
    tokens = exchange(issuer, login(issuer, "sales@acme.example")).json()
    claims = verified(issuer, tokens["access_token"], audience="novex-api")
    assert claims["organization"]["acme"]["realm_access"]["roles"] == ["sales"]
    assert verified(issuer, tokens["id_token"], audience="novex-web")["typ"] == "ID"
    assert jwt.get_unverified_header(tokens["refresh_token"])["alg"] == "HS512"
    form = {"grant_type": "refresh_token", "client_id": realm.WEB_CLIENT, "refresh_token": tokens["refresh_token"]}
    refreshed = post(issuer, TOKEN, form)
    assert verified(issuer, refreshed.json()["access_token"], audience="novex-api")["sid"] == claims["sid"]
    assert post(issuer, TOKEN, form).json()["error"] == "invalid_grant"


def test_wrong_verifier_used_code_password_grant_and_missing_pkce_are_refused(issuer: Issuer) -> None:
    code = login(issuer, "admin@acme.example")
    assert exchange(issuer, code, "w" * 43).json()["error"] == "invalid_grant"
    assert exchange(issuer, code).json()["error"] == "invalid_grant"
    assert post(issuer, TOKEN, {"grant_type": "password"}).json()["error"] == "unsupported_grant_type"
    plain = AUTHORIZATION | {"code_challenge_method": "plain"}
    url = f"{issuer.issuer}/protocol/openid-connect/auth"
    assert requests.get(url, params=plain, timeout=60).json()["error"] == "invalid_request"
    elsewhere = AUTHORIZATION | {"redirect_uri": "https://elsewhere.example/"}
    assert requests.get(url, params=elsewhere, timeout=60).status_code == 400


def test_management_needs_the_key_of_the_data_folder(tmp_path: Path) -> None:
    with Issuer(tmp_path) as issuer:
        about = json.loads((tmp_path / "management.json").read_text())
        requested = {"tenant": "acme", "role": "auditor"}
        assert post(issuer, "/local/token", requested).status_code == 403
        answer = post(issuer, "/local/token", requested, headers={"X-Local-Key": about["key"]}).json()
        claims = verified(issuer, answer["access_token"], audience="novex-api")
    assert claims["organization"]["acme"]["groups"] == ["/auditor"]
    assert not (tmp_path / "management.json").exists()


def test_keys_survive_a_restart_and_rotation_keeps_or_forgets_the_old_one(tmp_path: Path) -> None:
    first = Issuer(tmp_path).keys
    again = Issuer(tmp_path)
    assert again.keys.kid == first.kid
    again.rotate()
    assert {first.kid, again.keys.kid} <= {key["kid"] for key in again.keys.jwks()["keys"]}
    again.rotate(forget=True)
    kids = [key["kid"] for key in Issuer(tmp_path).keys.jwks()["keys"]]
    assert len(kids) == 2 and first.kid not in kids
    assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path, *tmp_path.iterdir()))
