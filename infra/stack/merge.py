"""The merge template, which `chalice package --merge-template` adds to Chalice's template."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from infra.stack import alarms, api, functions, queues, storage, tables
from infra.stack.values import ref


@dataclass(frozen=True)
class Application:
    """The parts of the application that the template needs: names of functions and authorizers, table models."""

    functions: Sequence[str]
    authorizers: Sequence[str]
    tables: Sequence[Any]


@dataclass(frozen=True)
class Stage:
    """The parts of `.chalice/config.json` that the template needs."""

    name: str
    origin: str
    timeouts: Mapping[str, int]
    has_domain: bool


def template(application: Application, stage: Stage) -> dict[str, Any]:
    """The merge template, which is complete except for the functions, roles and routes that Chalice creates."""
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
