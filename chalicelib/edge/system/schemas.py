"""The responses of the system routes."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

CheckOutcome = Literal["ok", "failed"]


class Entrance(msgspec.Struct):
    """Where to go on. The paths are relative to this one."""

    name: Annotated[Literal["NovexERP"], Meta(description="The name of the product.")] = "NovexERP"
    reference: Annotated[Literal["docs"], Meta(description="The path of the API reference, for people.")] = "docs"
    specification: Annotated[
        Literal["openapi.json"], Meta(description="The path of the OpenAPI document, for programs.")
    ] = "openapi.json"


class Health(msgspec.Struct):
    """The function runs; no other service was checked."""

    status: Annotated[Literal["ok"], Meta(description="Always `ok`; otherwise there is no response.")]


class ReadinessChecks(msgspec.Struct):
    """The outcome of the check of each service that the API needs."""

    store: Annotated[CheckOutcome, Meta(description="The check of the database.")]
    secrets: Annotated[CheckOutcome, Meta(description="The check of the store of secrets.")]
    inbox_queue: Annotated[CheckOutcome, Meta(description="The check of the queue of deliveries from other platforms.")]
    jobs_queue: Annotated[CheckOutcome, Meta(description="The check of the queue of jobs.")]


class Readiness(msgspec.Struct):
    """All services that the API needs respond."""

    status: Annotated[Literal["ready"], Meta(description="Always `ready`; otherwise the response is a 503.")]
    checks: Annotated[ReadinessChecks, Meta(description="The outcome of each check.")]
