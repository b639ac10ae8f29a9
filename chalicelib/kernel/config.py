"""The configuration of a function, read once from its environment variables."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_PACKAGED_INDEX = Path(__file__).parents[1] / "index"

_WAKES = "NOVEX_WAKES_"
"""The URL of the queue `x` is in NOVEX_WAKES_X_QUEUE_URL."""
_PLATFORM = "NOVEX_PLATFORM_"
"""Where the simulator of platform `x` is, is in NOVEX_PLATFORM_X_URL."""


@dataclass(frozen=True, slots=True)
class Config:
    """wake_queue_urls: by the name of the consumers' queue. platform_urls: where a simulator takes the place of a
    platform, by the platform's name; empty when deployed. rate_tenant, rate_caller: maximum requests in ten seconds; 0
    for no limit (access/rate_limit.py). connections_max: maximum connections of a tenant that have not ended.
    operator_…: who runs the service, as the privacy policy shows it: company, postal address, how to reach the system
    administrator, supervisory authority; empty while not filled in. mail_sender: the address that mails come from;
    empty when no mail can be sent."""

    stage: str
    web_origin: str
    token_issuer: str
    bucket: str
    inbox_queue_url: str
    jobs_queue_url: str
    wake_queue_urls: Mapping[str, str]
    platform_urls: Mapping[str, str]
    rate_tenant: int
    rate_caller: int
    connections_max: int
    operator_company: str
    operator_address: str
    operator_contact: str
    operator_authority: str
    mail_sender: str


def is_in_lambda() -> bool:
    """Whether this process is a deployed function."""
    return "AWS_LAMBDA_FUNCTION_NAME" in os.environ


def index_folder() -> Path:
    """The folder of the index of the routes, which exists in packages and in `make run` (infra/index.py)."""
    return Path(os.environ.get("NOVEX_INDEX", _PACKAGED_INDEX))


@cache
def current() -> Config:
    """The process's configuration; tests call `current.cache_clear()` after changing the environment."""
    env = os.environ
    return Config(
        stage=env.get("NOVEX_STAGE", "local"),
        web_origin=env.get("NOVEX_WEB_ORIGIN", "http://localhost:3000"),
        token_issuer=env.get("NOVEX_TOKEN_ISSUER", ""),
        bucket=env.get("NOVEX_BUCKET", ""),
        inbox_queue_url=env.get("NOVEX_INBOX_QUEUE_URL", ""),
        jobs_queue_url=env.get("NOVEX_JOBS_QUEUE_URL", ""),
        wake_queue_urls=_named(env, _WAKES, "_QUEUE_URL"),
        platform_urls=_named(env, _PLATFORM, "_URL"),
        rate_tenant=int(env.get("NOVEX_RATE_TENANT", "1000")),
        rate_caller=int(env.get("NOVEX_RATE_CALLER", "300")),
        connections_max=int(env.get("NOVEX_CONNECTIONS_MAX", "20")),
        operator_company=env.get("NOVEX_OPERATOR_COMPANY", ""),
        operator_address=env.get("NOVEX_OPERATOR_ADDRESS", ""),
        operator_contact=env.get("NOVEX_OPERATOR_CONTACT", ""),
        operator_authority=env.get("NOVEX_OPERATOR_AUTHORITY", ""),
        mail_sender=env.get("NOVEX_MAIL_SENDER", ""),
    )


def _named(env: Mapping[str, str], prefix: str, suffix: str) -> dict[str, str]:
    """The variables whose names begin and end like this, by what is between, in small letters."""
    return {
        name.removeprefix(prefix).removesuffix(suffix).lower(): value
        for name, value in env.items()
        if name.startswith(prefix) and name.endswith(suffix)
    }
