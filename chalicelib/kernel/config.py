"""The configuration of a function, read once from its environment variables."""

import os
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class Config:
    """rate_tenant, rate_caller: maximum requests in ten seconds; 0 for no limit (access/rate_limit.py)."""

    stage: str
    web_origin: str
    token_issuer: str
    bucket: str
    inbox_queue_url: str
    jobs_queue_url: str
    rate_tenant: int
    rate_caller: int


def is_in_lambda() -> bool:
    """Whether this process is a deployed function."""
    return "AWS_LAMBDA_FUNCTION_NAME" in os.environ


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
        rate_tenant=int(env.get("NOVEX_RATE_TENANT", "1000")),
        rate_caller=int(env.get("NOVEX_RATE_CALLER", "300")),
    )
