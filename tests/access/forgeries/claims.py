"""Tokens that the realm has signed and that are still not for us, not now, or not to be understood."""

from tests.access.forgeries.registry import case, claim, hmac_with, now
from tests.access.minting import DROP, Signer, assembled, organization, pkcs1

LEEWAY_SECONDS = 30


def digits(number: int, zero: str) -> str:
    """The number in the digits that begin with this zero."""
    return "".join(chr(ord(zero) + int(digit)) for digit in str(number))


def nested(value: object, depth: int) -> object:
    """The value in so many lists."""
    return value if depth == 0 else [nested(value, depth - 1)]


# --- Claims ---------------------------------------------------------------------------------------------------------

claim("time/exp past", exp=lambda _: now() - LEEWAY_SECONDS - 31)
claim("time/exp just past the leeway", exp=lambda _: now() - LEEWAY_SECONDS)
claim("time/nbf future", nbf=lambda _: now() + 61)
claim("time/iat future", iat=lambda _: now() + 61)
for _name in ("exp", "iat"):
    claim(f"time/{_name} missing", **{_name: DROP})
    claim(f"time/{_name} null", **{_name: None})
for _name in ("exp", "iat", "nbf", "auth_time"):
    claim(f"time/{_name} a string", **{_name: lambda _: str(now() + 1)})
    claim(f"time/{_name} a float", **{_name: lambda _: now() + 0.5})
    claim(f"time/{_name} a whole float", **{_name: lambda _: float(now())})
    claim(f"time/{_name} 9e99", **{_name: 9e99})
    claim(f"time/{_name} a bool", **{_name: True})
    claim(f"time/{_name} a list", **{_name: lambda _: [now()]})
    claim(f"time/{_name} negative", **{_name: -1})
    claim(f"time/{_name} huge", **{_name: 10**30})
    claim(f"time/{_name} zero", **{_name: 0})
    claim(f"time/{_name} an object", **{_name: lambda _: {"time": now()}})
    # Python's int() reads these three.
    claim(f"time/{_name} in Arabic digits", **{_name: lambda _: digits(now() + 1, "\u0660")})
    claim(f"time/{_name} in full width digits", **{_name: lambda _: digits(now() + 1, "\uff10")})
    claim(f"time/{_name} a string with underscores", **{_name: lambda _: f"{now() + 1:_}"})
claim("time/auth_time after iat", iat=lambda _: now() - 100, auth_time=lambda _: now() - 99)
claim("time/auth_time after iat, within the leeway", auth_time=lambda _: now() + 2)
claim("time/auth_time future", auth_time=lambda _: now() + 61)
claim("time/auth_time in a year", auth_time=lambda _: now() + 365 * 86400)

claim("issuer/another realm", iss=lambda by: by.issuer.rpartition("/")[0] + "/other")
claim("issuer/trailing slash", iss=lambda by: by.issuer + "/")
claim("issuer/other case", iss=lambda by: by.issuer.swapcase())
claim("issuer/ours is only its beginning", iss=lambda by: by.issuer + ".evil.example")
claim("issuer/ours is only its end", iss=lambda by: "https://evil.example/?" + by.issuer)
claim("issuer/look-alike letters", iss=lambda by: by.issuer.replace("o", "\u043e"))
claim("issuer/ours in upper case escapes", iss=lambda by: by.issuer.replace("/realms", "/%72ealms"))
claim("issuer/ours with a fragment", iss=lambda by: by.issuer + "#x")
claim("issuer/ours with a newline", iss=lambda by: by.issuer + "\n")
claim("issuer/a part of ours", iss=lambda by: by.issuer[:-1])
claim("issuer/a list with ours", iss=lambda by: [by.issuer])
claim("issuer/empty", iss="")
claim("issuer/null", iss=None)
claim("issuer/missing", iss=DROP)

claim("audience/missing", aud=DROP)
claim("audience/null", aud=None)
claim("audience/empty", aud="")
claim("audience/another", aud="account")
claim("audience/a list without ours", aud=["account", "other-api"])
claim("audience/an empty list", aud=[])
claim("audience/ours is only its beginning", aud=lambda by: by.audience + "-admin")
claim("audience/a part of ours", aud=lambda by: by.audience[:-1])
claim("audience/other case", aud=lambda by: by.audience.upper())
claim("audience/ours among others in one string", aud=lambda by: f"account {by.audience}")
claim("audience/ours with a null byte", aud=lambda by: by.audience + "\0")
claim("audience/look-alike letters", aud=lambda by: by.audience.replace("o", "\u043e"))
claim("audience/a wildcard", aud="*")
claim("audience/an object with ours", aud=lambda by: {by.audience: True})
claim("audience/a list with ours and a number", aud=lambda by: [by.audience, 1])
claim("audience/a list in a list", aud=lambda by: [[by.audience]])
claim("audience/a list with ours and a list with ours", aud=lambda by: [by.audience, [by.audience]])
claim("audience/a list with ours and null", aud=lambda by: [by.audience, None])
claim("audience/a list with ours and an object", aud=lambda by: [by.audience, {"name": by.audience}])
claim("audience/lists ten deep", aud=lambda by: nested(by.audience, 10))
claim("audience/an object with a list", aud=lambda by: {"0": [by.audience]})
claim("audience/a number", aud=7)
claim("audience/true", aud=True)
claim("audience/ours with a newline", aud=lambda by: by.audience + "\n")

claim("client/unexpected", azp="other-client")
claim("client/missing", azp=DROP)
claim("client/null", azp=None)
claim("client/empty", azp="")
claim("client/a list with ours", azp=lambda by: [by.claims()["azp"]])
claim("client/ours is only its beginning", azp=lambda by: by.claims()["azp"] + "-evil")
claim("client/the wildcard itself", azp="*")
claim("client/machine with a double quote", azp='novex-machine-a"b')
claim("client/machine with a backslash", azp="novex-machine-a\\b")

claim("type/ID token", typ="ID", aud=lambda by: by.claims()["azp"])
claim("type/ID token for our audience", typ="ID")
claim("type/refresh token signed as RS256", typ="Refresh", aud=lambda by: by.issuer)
claim("type/offline token", typ="Offline")
claim("type/logout token", typ="Logout", events={"http://schemas.openid.net/event/backchannel-logout": {}})
claim("type/other case", typ="bearer")
claim("type/missing", typ=DROP)
claim("type/a list", typ=["Bearer"])
claim("type/DPoP token", typ="DPoP", cnf={"jkt": "x"})
claim("type/bound to a certificate", cnf={"x5t#S256": "x"})


@case("header/logout token as Keycloak makes it")
def _(by: Signer) -> str:
    events = {"http://schemas.openid.net/event/backchannel-logout": {}}
    claims = {**by.claims(), "typ": "Logout", "aud": by.claims()["azp"], "events": events}
    return assembled({"alg": "RS256", "typ": "logout+jwt", "kid": by.kid}, claims, pkcs1(by.private_key))


@case("type/refresh token as Keycloak makes it")
def _(by: Signer) -> str:
    header = {"alg": "HS512", "typ": "JWT", "kid": "realm-hmac-1"}
    return assembled(header, {**by.claims(), "typ": "Refresh"}, hmac_with("sha512", bytes(64)))


for _name in ("sub", "sid"):
    for _what, _value in {
        "missing": DROP,
        "null": None,
        "empty": "",
        "a number": 7,
        "a list": ["a"],
        "with a null byte": "a\0b",
        "with a newline": "a\nb",
        "with a space": "a b",
        "with the key separator": "a#b",
        "with a double quote": 'a"b',
        "with a single quote": "a'b",
        "with a backtick": "a`b",
        "with a backslash": "a\\b",
        "with a tab": "a\tb",
        "with an escape": "a\x1b[2Jb",
        "with a delete": "a\x7fb",
        "with a newline at its end": "ab\n",
        "with a line separator": "a\u2028b",
        "not ASCII": "\u0430lice",  # a Cyrillic letter
        "an object": {"id": "a"},
        "true": True,
        "too long": "a" * 256,
    }.items():
        claim(f"subject/{_name} {_what}", **{_name: _value})

claim("subject/id of the token a number", jti=7)

claim("tenant/missing", organization=DROP)
claim("tenant/null", organization=None)
claim("tenant/a list of aliases", organization=["acme"])
claim("tenant/an alias", organization="acme")
claim("tenant/empty map", organization={})
claim("tenant/two", organization={"acme": organization("t-1", "admin"), "globex": organization("t-2", "admin")})
claim("tenant/two under one id", organization={"acme": organization("t-1"), "globex": organization("t-1")})
claim("tenant/a list of entries", organization=[{"acme": organization("t-1", "admin")}])
claim("tenant/an entry without alias", organization=organization("t-1", "admin"))
claim("tenant/without id", organization={"acme": {}})
claim("tenant/null entry", organization={"acme": None})
claim("tenant/id in a string", organization={"acme": "t-1"})
for _what, _id in {
    "null": None,
    "empty": "",
    "a number": 7,
    "a list": ["t-1"],
    "the platform's": "_platform",
    "reserved": "_t-1",
    "with the key separator": "t-1#2026-11",
    "with a null byte": "t-1\0",
    "with a newline at its end": "t-1\n",
    "with a slash": "t-1/other",
    "with a space": "t 1",
    "with a wildcard": "*",
    "not ASCII": "ten\u0430nt",  # a Cyrillic letter
    "too long": "t" * 65,
}.items():
    claim(f"tenant/id {_what}", organization={"acme": {"id": _id, "realm_access": {"roles": ["sales"]}}})
for _what, _access in {
    "roles a string": {"roles": "admin"},
    "roles an object": {"roles": {"admin": True}},
    "roles with a number": {"roles": ["sales", 1]},
    "roles null": {"roles": None},
    "realm_access a list": ["admin"],
    "realm_access null": None,
}.items():
    claim(f"roles/{_what}", organization={"acme": {"id": "t-1", "realm_access": _access}})

claim("service/service account of a user's client", preferred_username="service-account-novex-web")
claim("service/its name in capitals", preferred_username="SERVICE-ACCOUNT-novex-machine-sync")
claim("service/without session or login", preferred_username="service-account-x", sid=DROP, auth_time=DROP)
claim("service/user name is no string", preferred_username=["sam"])
claim("service/a user through a machine client", azp="novex-machine-sync")
claim("service/machine client without an account", azp="novex-machine-sync", preferred_username=DROP, auth_time=DROP)
claim(
    "service/account of another machine client",
    azp="novex-machine-sync",
    preferred_username="service-account-novex-machine-other",
    auth_time=DROP,
)
claim(
    "service/account that has logged in",
    azp="novex-machine-sync",
    preferred_username="service-account-novex-machine-sync",
)
