"""A tenant whose clock can be set, and breaches of it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from chalicelib.kernel import clock
from tests.world import Client, Reply, World

PATH = "/v1/privacy/breaches"
FACTS: dict[str, Any] = {
    "facts": "A list of customers was sent to the wrong address.",
    "natures": ["confidentiality"],
    "person_categories": ["customers"],
    "record_categories": ["identity", "contact"],
    "consequences": "Advertising.",
    "measures": "The list was deleted.",
}
RISK: dict[str, Any] = {
    "risk": "risk",
    "risk_reason": "Names with addresses.",
    "must_tell_authority": True,
    "must_tell_persons": False,
}
NO_RISK: dict[str, Any] = {
    "risk": "none",
    "risk_reason": "It was encrypted.",
    "must_tell_authority": False,
    "no_authority_reason": "Nobody can read it.",
    "must_tell_persons": False,
}


def text(moment: datetime) -> str:
    """A time in whole seconds, as the API shows it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass
class Register:
    """The privacy officer of a sandbox whose clock stands still at `now`."""

    admin: Client
    now: datetime = field(default_factory=lambda: clock.real().replace(microsecond=0) + timedelta(hours=1))

    def __post_init__(self) -> None:
        self.client = self.admin.as_("privacy_officer")
        self.pass_(timedelta(0))

    def pass_(self, period: timedelta) -> None:
        """Lets so much time pass."""
        self.now += period
        self.admin.post("/v1/sandbox/clock", {"at": text(self.now), "is_frozen": True}).ok()

    def hours(self, hours: float) -> None:
        self.pass_(timedelta(hours=hours))

    def record(self, **changes: Any) -> Any:
        """Records a breach that is detected now."""
        return self.client.post(PATH, {**FACTS, "detected_at": text(self.now), **changes}).ok()

    def read(self, breach: Any) -> Any:
        return self.client.get(f"{PATH}/{breach['id']}").ok()

    def step(self, breach: Any, name: str, body: Any = None) -> Reply:
        """A step of the breach as it is now."""
        path = f"{PATH}/{breach['id']}"
        return self.client.post(f"{path}/{name}", body, etag=self.client.get(path).etag)

    def change(self, breach: Any, body: Any) -> Reply:
        path = f"{PATH}/{breach['id']}"
        return self.client.patch(path, body, self.client.get(path).etag)

    def tell(self, breach: Any, recipient: str = "authority", **changes: Any) -> Reply:
        """Notes that somebody is told now."""
        body = {"recipient": recipient, "told_at": text(self.now), "said": "All that is known.", **changes}
        return self.step(breach, "notify", body)


def register(world: World) -> Register:
    return Register(world.tenant(is_sandbox=True))


def problems(reply: Reply, status: int = 422, code: str = "invalid") -> list[tuple[str, str]]:
    """Pointer and code of each error of a refusal."""
    return [(error["pointer"], error["code"]) for error in reply.refused(status, code)["errors"]]
