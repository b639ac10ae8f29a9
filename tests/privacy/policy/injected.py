"""Further versions of the policy, which exist only in a test, and a clock that goes through their days."""

import hashlib
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chalicelib.access import access_state
from chalicelib.kernel import clock
from chalicelib.privacy.policy import texts, versions
from chalicelib.privacy.policy.versions import Version
from tests.access.realm import LaterClock, later_clock
from tests.world import Client

CHANGED = "# What we store\n[account-information] We store your name and your telephone number.\n"
DAY = 86_400.0


class Days:
    """The days of a policy that changes: version 1 is in force, and the next one is announced."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch, later: LaterClock) -> None:
        self._folder, self._patch, self._later = folder, patch, later
        (folder / "1.txt").write_bytes((texts.FOLDER / "1.txt").read_bytes())
        patch.setattr(texts, "FOLDER", folder)

    def announce(self, *, is_material: bool, notice: int = 30, text: str = CHANGED) -> Version:
        """Adds a version that is announced today and in force after so many days."""
        number = len(versions.VERSIONS) + 1
        (self._folder / f"{number}.txt").write_text(text)
        today = versions.today()
        version = Version(
            number=number,
            content_hash=hashlib.sha256(text.encode()).hexdigest(),
            last_updated=today,
            effective_from=today + timedelta(days=notice),
            is_material=is_material,
            summary="We also store <telephone numbers>.",
        )
        self._patch.setattr(versions, "VERSIONS", (*versions.VERSIONS, version))
        return version

    def pass_to(self, version: Version) -> None:
        """Lets the time pass until the version is in force."""
        begin = datetime.combine(version.effective_from, datetime.min.time(), UTC)
        self._later.ahead += (begin - clock.real()).total_seconds() + 60

    def pass_days(self, days: float) -> None:
        self._later.ahead += days * DAY


@contextmanager
def days(folder: Path, patch: pytest.MonkeyPatch) -> Iterator[Days]:
    """A policy that can change, and a clock that can be moved on."""
    with later_clock() as later:
        yield Days(folder, patch, later)
    access_state.forget()


def user(client: Client, *roles: str, sub: str = "", kind: str = "user") -> Client:
    """A user of the client's tenant, or the one with this subject again, who has logged in just now."""
    now, subject = int(clock.real().timestamp()), sub or str(uuid.uuid4())
    moments = {"iat": now, "exp": now + 3600, **({"auth_time": now} if kind == "user" else {})}
    token = client.world.issuer.token(client.tenant, roles or ("admin",), subject, kind, 3600, **moments)
    return Client(client.world, client.tenant, roles or ("admin",), token=token, sub=subject)


def again(client: Client) -> Client:
    """The same user, who has logged in just now."""
    return user(client, *client.roles, sub=str(client.sub))


def sub_of(client: Client) -> str:
    """What the ledger calls the user."""
    return str(client.get("/v1/me").ok()["subject"])
