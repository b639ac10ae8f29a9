"""The merge template, which `chalice package --merge-template` adds to Chalice's template."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from infra.stack import alarms, api, functions, queues, storage, tables
from infra.stack.values import Resources, ref, sub


@dataclass(frozen=True)
class Application:
    """The parts of the application that the template needs: names of functions and authorizers, the methods of
    each path of the gateway, table models, names of the queues of consumers."""

    functions: Sequence[str]
    authorizers: Sequence[str]
    paths: Mapping[str, Iterable[str]]
    tables: Sequence[Any]
    wake_queues: Sequence[str]


@dataclass(frozen=True)
class Stage:
    """The parts of `.chalice/config.json` that the template needs, and the platform of the packaged code. mail_domain:
    of the address that mails come from; empty when none is configured."""

    name: str
    origin: str
    timeouts: Mapping[str, int]
    gateway_stage: str
    runtime: str
    architecture: str
    domain: Mapping[str, str] | None = None
    mail_domain: str = ""


def template(application: Application, stage: Stage) -> dict[str, Any]:
    """The merge template, which is complete except for the functions, roles and routes that Chalice creates."""
    has_intake = "intake_access_log" in application.functions
    has_domain = stage.domain is not None
    return {
        "Description": f"NovexERP, stage {stage.name}",
        "Parameters": {
            "Stage": {"Type": "String", "Default": stage.name, "AllowedValues": [stage.name]},
            "MailIdentity": {"Type": "String", "Default": stage.mail_domain or "none"},
        },
        "Resources": {
            **tables.resources(application.tables, stage.name),
            **storage.resources(stage.name, stage.origin),
            **queues.resources(stage.name, stage.timeouts, application.wake_queues),
            **api.resources(
                stage.name,
                stage.origin,
                application.authorizers,
                application.paths,
                has_domain=has_domain,
                has_intake=has_intake,
            ),
            **_on_platform(functions.resources(application.functions, application.wake_queues, stage.name), stage),
            **alarms.resources(application.functions, application.wake_queues, stage.name),
        },
        "Outputs": {
            "BucketName": {"Value": ref("Bucket")},
            "AlarmTopicArn": {"Value": ref("AlarmTopic")},
            **_addresses(stage),
        },
    }


def _on_platform(made: Resources, stage: Stage) -> Resources:
    """The functions with the runtime of the packaged code; Chalice would name the Python that packages."""
    for properties in (resource["Properties"] for resource in made.values()):
        if "FunctionName" in properties:
            properties |= {"Runtime": stage.runtime, "Architectures": [stage.architecture]}
    return made


def _addresses(stage: Stage) -> dict[str, Any]:
    """Where the API and its webhooks are, and what the DNS record of a domain points to. Replaces Chalice's
    EndpointURL, which names the address that a domain switches off."""
    if stage.domain is None:
        base = f"https://${{RestAPI}}.execute-api.${{AWS::Region}}.${{AWS::URLSuffix}}/{stage.gateway_stage}/"
        return {"EndpointURL": {"Value": sub(base)}, "WebhookURL": {"Value": sub(f"{base}webhooks/")}}
    prefix = stage.domain.get("url_prefix", "").strip("/")
    base = f"https://{stage.domain['domain_name']}/{prefix}{'/' if prefix else ''}"
    return {
        "EndpointURL": {"Value": base},
        "WebhookURL": {"Value": f"{base}webhooks/"},
        "DomainTarget": {"Value": {"Fn::GetAtt": ["ApiGatewayCustomDomain", "RegionalDomainName"]}},
        "DomainTargetZone": {"Value": {"Fn::GetAtt": ["ApiGatewayCustomDomain", "RegionalHostedZoneId"]}},
    }
