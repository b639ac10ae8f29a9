"""A caller without manners: it hangs up before the answer, sends everything twice at once, and names old versions."""

import contextlib
import http.client
import json
import random
import threading
import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

Answer = tuple[int, Any]
"""Status and decoded body."""
REPEATS = 20
TIMEOUT_SECONDS = 60.0


@dataclass
class Findings:
    """What all callers were told, and what they should not have been; may be used by many threads."""

    answers: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, method: str, path: str, answer: Answer) -> None:
        """Notes an answer; a 500 is a problem."""
        status, body = answer
        with self._lock:
            self.answers[f"{status} {body.get('code', '')}".strip() if status >= 400 else str(status)] += 1
        if status == 500:
            self.problem(f"{method} {path}: {body}")

    def problem(self, text: str) -> None:
        with self._lock:
            self.problems.append(text)


class Rough:
    """One caller of a running backend, on a connection of its own."""

    def __init__(self, url: str, token: str, chance: random.Random, findings: Findings) -> None:
        self._address, self._token = urlsplit(url), token
        self._chance, self._findings = chance, findings
        self._kept = self._connection()
        self._twins = ThreadPoolExecutor(2)

    def close(self) -> None:
        self._kept.close()
        self._twins.shutdown()

    def get(self, path: str) -> Any:
        """What there is; None when it is refused."""
        status, body = self._ask(self._kept, "GET", path, None, {})
        return body if status < 300 else None

    def send(self, method: str, path: str, body: Any = None, document: Any = None) -> Answer | None:
        """Sends a command in one of the ways. Returns what it was told in the end, None when it does not know."""
        key = {"Idempotency-Key": uuid.uuid4().hex} if method == "POST" else {}
        headers = key | ({} if document is None else {"If-Match": f'"{document["version"]}"'})
        ways: list[Callable[..., Answer | None]] = [self._plainly] * 5 + [self._hanging_up, self._twice]
        if document is not None:
            ways.append(self._with_an_old_version)
        return self._chance.choice(ways)(method, path, body, headers)

    def _plainly(self, method: str, path: str, body: Any, headers: dict[str, str]) -> Answer:
        return self._persistently(self._kept, method, path, body, headers)

    def _hanging_up(self, method: str, path: str, body: Any, headers: dict[str, str]) -> Answer | None:
        """Closes the connection before the answer, and mostly asks again what has become of it."""
        connection = self._connection()
        connection.request(method, path, _encoded(body), self._headers(headers))
        if self._chance.random() < 0.5:
            with contextlib.suppress(TimeoutError):
                connection.sock.settimeout(self._chance.random() * 0.03)
                connection.sock.recv(1)
        connection.close()
        if method == "PATCH" or self._chance.random() < 0.3:
            return None
        return self._plainly(method, path, body, headers)

    def _twice(self, method: str, path: str, body: Any, headers: dict[str, str]) -> Answer:
        """Twins are told the same, unless a version says that only one of them can succeed."""
        sent = [
            self._twins.submit(self._persistently, self._connection(), method, path, body, headers, closes=True)
            for _ in range(2)
        ]
        first, second = sorted((each.result() for each in sent), key=lambda answer: answer[0])
        if method == "PATCH" and all(told[0] < 300 and _changed(told, headers) for told in (first, second)):
            self._findings.problem(f"{method} {path}: two changes of one version were told {first} and {second}")
        if method == "POST" and first[0] < 300 <= second[0]:
            # It was refused before the other one was done: whoever repeats it is told what has been done.
            second = self._plainly(method, path, body, headers)
        if method == "POST" and first[0] < 300 and first != second:
            self._findings.problem(f"{method} {path}: twins were told {first} and {second}")
        return first

    def _with_an_old_version(self, method: str, path: str, body: Any, headers: dict[str, str]) -> Answer | None:
        version = int(headers["If-Match"].strip('"'))
        old = headers | {"If-Match": f'"{version - 1 or 999_999}"'}
        answer = self._plainly(method, path, body, old)
        if answer[0] < 400:
            self._findings.problem(f"{method} {path}: an old version was told {answer}")
        return None

    def _persistently(
        self,
        connection: http.client.HTTPConnection,
        method: str,
        path: str,
        body: Any,
        headers: dict[str, str],
        *,
        closes: bool = False,
    ) -> Answer:
        """Repeats what is answered by 503."""
        for _ in range(REPEATS):
            answer = self._ask(connection, method, path, body, headers)
            if answer[0] != 503:
                break
        else:
            self._findings.problem(f"{method} {path}: 503 for {REPEATS} times")
        if closes:
            connection.close()
        return answer

    def _ask(
        self, connection: http.client.HTTPConnection, method: str, path: str, body: Any, headers: dict[str, str]
    ) -> Answer:
        try:
            connection.request(method, path, _encoded(body), self._headers(headers))
            reply = connection.getresponse()
            answer = reply.status, json.loads(reply.read() or b"{}")
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            answer = 503, {"code": type(error).__name__}
        self._findings.count(method, path, answer)
        return answer

    def _headers(self, headers: dict[str, str]) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json", **headers}

    def _connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(self._address.hostname or "", self._address.port, timeout=TIMEOUT_SECONDS)


def _changed(told: Answer, headers: dict[str, str]) -> bool:
    """Whether a change made another version: one to what is there already does not."""
    return f'"{told[1]["version"]}"' != headers["If-Match"]


def _encoded(body: Any) -> bytes | None:
    return None if body is None else json.dumps(body).encode()
