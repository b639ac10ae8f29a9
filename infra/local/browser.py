"""Logs a user in like a browser with a frontend: the authorization-code flow with PKCE.

It fills in Keycloak's own pages (user name, password, organization, new password), so that tests and `make token` use
the same flow as users. `Frontend` checks `state`, `iss` and `nonce`, as a frontend in production must.
"""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import secrets
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any

import jwt

SCOPE = "openid organization"
SECONDS = 30
MAX_PAGES = 8
_FIELDS = ("input", "textarea")


class LoginFailedError(RuntimeError):
    """The login did not return a code; `error` is the OAuth error, or the message of the page."""

    def __init__(self, error: str, description: str = "") -> None:
        super().__init__(f"{error}: {description}" if description else error)
        self.error = error


class TokenRefusedError(RuntimeError):
    """The token endpoint refused the request; `error` is the OAuth error."""

    def __init__(self, status: int, answer: dict[str, Any]) -> None:
        super().__init__(f"{status} {answer.get('error')}: {answer.get('error_description', '')}")
        self.status = status
        self.error = str(answer.get("error"))


@dataclass
class Page:
    """The result of a request: a page, possibly with a form, or the frontend's URL. buttons: the names of the buttons
    that have a value."""

    url: str
    status: int = 200
    action: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    text: str = ""
    links: tuple[str, ...] = ()
    buttons: tuple[str, ...] = ()

    @property
    def query(self) -> dict[str, str]:
        """The query parameters of its URL."""
        return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.url).query))


class Browser:
    """Stores cookies, follows redirects until `home`, the frontend's URL, and posts forms."""

    def __init__(self, home: str) -> None:
        # The cookies are Secure; like browsers, send them over plain HTTP to loopback.
        policy = DefaultCookiePolicy(secure_protocols=("https", "http"))
        self._jar = CookieJar(policy)
        self._home = home
        cookies = urllib.request.HTTPCookieProcessor(self._jar)
        self._opener = urllib.request.build_opener(cookies, _Redirects(home), urllib.request.ProxyHandler({}))

    def open(self, url: str, form: dict[str, str] | None = None) -> Page:
        """The page after a GET of the URL, or after posting the form to it."""
        content = None if form is None else urllib.parse.urlencode(form).encode()
        try:
            with self._opener.open(url, content, timeout=SECONDS) as answer:
                return _read(answer.url, answer.status, answer.read())
        except _HomeReached as reached:
            return Page(reached.url)
        except urllib.error.HTTPError as error:
            with error:
                return _read(error.url or url, error.code, error.read())

    def submit(self, page: Page, **values: str) -> Page:
        """Posts the page's form with these values. Raises LoginFailedError when it has no form."""
        if not page.action:
            raise LoginFailedError("no_form", page.text[:300])
        return self.open(urllib.parse.urljoin(page.url, page.action), page.fields | values)


@dataclass
class Frontend:
    """A public client of the realm, with the browser of one user.

    tokens: the last response of the token endpoint. scope: with `organization`, the server asks the user to choose one
    of several; `organization:<alias>` requests a specific one.
    """

    issuer: str
    redirect_uri: str
    client: str = "novex-web"
    scope: str = SCOPE
    tokens: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.browser = Browser(self.redirect_uri)

    @property
    def oidc(self) -> str:
        return f"{self.issuer}/protocol/openid-connect"

    @property
    def access_token(self) -> str:
        return str(self.tokens["access_token"])

    def login(
        self, username: str, password: str, organization: str = "", new_password: str = "", **parameters: str
    ) -> dict[str, Any]:
        """Logs in and returns the tokens; `parameters` are added to the authorization request (`max_age`, `prompt`,
        ...).

        `organization` and `new_password` are used if the server asks for them. The server may use an existing session
        of the browser. Raises LoginFailedError, and TokenRefusedError when the code is refused.
        """
        verifier, state, nonce = (secrets.token_urlsafe(48) for _ in range(3))
        page = self.browser.open(self.authorization_url(verifier, state, nonce, **parameters))
        answers = {"username": username, "password": password, "kc.org": organization}
        answers |= {"password-new": new_password, "password-confirm": new_password}
        page = self._fill_pages(page, answers)
        return self.exchange(self._code(page, state), verifier, nonce)

    def authorization_url(self, verifier: str, state: str, nonce: str, **parameters: str) -> str:
        """The URL of the authorization request; parameters with empty values are omitted."""
        digest = hashlib.sha256(verifier.encode()).digest()
        query = {
            "client_id": self.client,
            "redirect_uri": self.redirect_uri,
            "response_type": "code",
            "scope": self.scope,
            "state": state,
            "nonce": nonce,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        sent = {name: value for name, value in (query | parameters).items() if value}
        return f"{self.oidc}/auth?{urllib.parse.urlencode(sent)}"

    def exchange(self, code: str, verifier: str, nonce: str) -> dict[str, Any]:
        """Tokens for a code. Raises TokenRefusedError."""
        form = {"grant_type": "authorization_code", "code": code, "code_verifier": verifier}
        answer = self._token(form | {"redirect_uri": self.redirect_uri})
        # Received directly from the server, so the signature need not be verified (OIDC Core 3.1.3.7).
        said = jwt.decode(answer["id_token"], options={"verify_signature": False})
        if said.get("nonce") != nonce:
            raise LoginFailedError("nonce_differs")
        return answer

    def refresh(self, refresh_token: str = "") -> dict[str, Any]:
        """New tokens; the refresh token can be used only once. Raises TokenRefusedError."""
        token = refresh_token or self.tokens["refresh_token"]
        return self._token({"grant_type": "refresh_token", "refresh_token": token})

    def logout(self) -> Page:
        """Ends the session at the server, and returns the resulting page."""
        query = {"id_token_hint": self.tokens["id_token"], "client_id": self.client}
        return self.browser.open(f"{self.oidc}/logout?{urllib.parse.urlencode(query)}")

    def _fill_pages(self, page: Page, answers: dict[str, str]) -> Page:
        """Fills in one page after another until the browser is redirected to the frontend."""
        seen_forms: set[tuple[str, ...]] = set()
        for _ in range(MAX_PAGES):
            if page.url.startswith(self.redirect_uri):
                return page
            shown = tuple(sorted((*page.fields, *page.buttons)))
            if shown in seen_forms or not page.action:
                # The same form again: the values were not accepted.
                raise LoginFailedError("login_refused" if page.action else "error_page", page.text[:300])
            seen_forms.add(shown)
            page = self.browser.submit(page, **_form_values(page, answers))
        raise LoginFailedError("too_many_pages", page.url)

    def _code(self, page: Page, state: str) -> str:
        said = page.query
        if said.get("state") != state:
            raise LoginFailedError("state_differs")
        # RFC 9207: prevents mix-up attacks, in which a code is sent to another server.
        if said.get("iss") != self.issuer:
            raise LoginFailedError("issuer_differs")
        if "error" in said:
            raise LoginFailedError(said["error"], said.get("error_description", ""))
        return said["code"]

    def _token(self, form: dict[str, str]) -> dict[str, Any]:
        self.tokens = ask_token(self.issuer, form | {"client_id": self.client})
        return self.tokens


def ask_token(issuer: str, form: dict[str, str]) -> dict[str, Any]:
    """The response of the token endpoint to a grant. Raises TokenRefusedError."""
    request = urllib.request.Request(
        f"{issuer}/protocol/openid-connect/token", urllib.parse.urlencode(form).encode(), method="POST"
    )
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:
            tokens: dict[str, Any] = json.load(answer)
            return tokens
    except urllib.error.HTTPError as error:
        with error:
            raise TokenRefusedError(error.code, json.load(error)) from error


def machine_token(issuer: str, client: str, secret: str, **more: str) -> str:
    """An access token by client credentials. Raises TokenRefusedError."""
    form = {"grant_type": "client_credentials", "client_id": client, "client_secret": secret}
    return str(ask_token(issuer, form | more)["access_token"])


def _form_values(page: Page, answers: dict[str, str]) -> dict[str, str]:
    """The values of the page's form, by the names of its fields."""
    return {name: answers[name] for name in (*page.fields, *page.buttons) if answers.get(name)}


class _HomeReached(Exception):
    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.url = url


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows redirects, except to the frontend, which may not be running."""

    def __init__(self, home: str) -> None:
        self._home = home

    def redirect_request(
        self, req: urllib.request.Request, fp: Any, code: int, msg: str, headers: http.client.HTTPMessage, newurl: str
    ) -> urllib.request.Request | None:
        if newurl.startswith(self._home):
            raise _HomeReached(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


class _Reader(HTMLParser):
    """The first form of a page with its fields, the visible text, and the links."""

    def __init__(self) -> None:
        super().__init__()
        self.action = ""
        self.fields: dict[str, str] = {}
        self.buttons: list[str] = []
        self.text: list[str] = []
        self.links: list[str] = []
        self._hidden = 0
        self._form = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        if tag in ("script", "style"):
            self._hidden += 1
        elif tag == "a" and named.get("href"):
            self.links.append(named["href"])
        elif tag == "form":
            self._form += 1
            self.action = self.action or named.get("action", "")
        elif tag == "button" and self._form == 1 and named.get("name"):
            self.buttons.append(named["name"])
        elif tag in _FIELDS and self._form == 1 and named.get("name"):
            self.fields[named["name"]] = named.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self._hidden -= 1

    def handle_data(self, data: str) -> None:
        if not self._hidden and data.strip():
            self.text.append(data.strip())


def _read(url: str, status: int, body: bytes) -> Page:
    reader = _Reader()
    reader.feed(body.decode("utf-8", "replace"))
    buttons = tuple(dict.fromkeys(reader.buttons))
    return Page(url, status, reader.action, reader.fields, " ".join(reader.text), tuple(reader.links), buttons)
