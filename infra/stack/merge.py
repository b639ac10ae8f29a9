"""The whole merge template: what `chalice package --merge-template` adds to what Chalice makes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from infra.stack import alarms, api, functions, queues, storage, tables
from infra.stack.values import ref


@dataclass(frozen=True)
class Application:
    """What the template must know of the application: its functions and authorizers by name, its table models."""

    functions: Sequence[str]
    authorizers: Sequence[str]
    tables: Sequence[Any]


@dataclass(frozen=True)
class Stage:
    """What it must know of `.chalice/config.json`."""

    name: str
    origin: str
    timeouts: Mapping[str, int]
    has_domain: bool


def template(application: Application, stage: Stage) -> dict[str, Any]:
    """Complete in itself except for the functions, roles and routes that Chalice makes."""
    has_intake = "intake_access_log" in application.functions
    return {
        "Description": f"NovexERP, stage {stage.name}",
        "Parameters": {
            "Stage": {"Type": "String", "Default": stage.name, "AllowedValues": [stage.name]},
        },
        "Resources": {
            **tables.resources(application.tables, stage.name),
            **storage.resources(stage.name),
            **queues.resources(stage.name, stage.timeouts),
            **api.resources(
                stage.name, stage.origin, application.authorizers, has_domain=stage.has_domain, has_intake=has_intake
            ),
            **functions.resources(application.functions, stage.name),
            **alarms.resources(application.functions, stage.name),
        },
        "Outputs": {
            "BucketName": {"Value": ref("Bucket")},
            "AlarmTopicArn": {"Value": ref("AlarmTopic")},
        },
    }
