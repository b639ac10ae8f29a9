"""The API's resources: access log and its delivery, the gateway's own responses, settings of authorizers."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from chalicelib.edge.cors import cors
from chalicelib.edge.router import GREEDY, METHODS
from infra.gateway_responses import template_responses
from infra.local.authorizers import IDENTITY_EXPRESSION
from infra.stack.values import Resource, Resources, arn, ref, retained, sub, tags

ACCESS_LOG_DAYS = 7
"""The lines hold raw paths, with ids and whatever a caller put there. The record is the table, which has the template
instead; the lines are only kept for a delivery that failed."""
AUTHORIZER_SECONDS = 60
TLS_POLICY = "SecurityPolicy_TLS13_1_2_2021_06"
"""Allows TLS 1.2 and 1.3. A regional API without a policy also allows TLS 1.0."""
MINIMUM_COMPRESSION_BYTES = 4096
"""The gateway compresses a response of at least this size, if the client accepts it."""

ANYWHERE = "/{proxy+}"
"""The gateway's path of all that is neither a door nor behind the authorizer. It answers preflights only."""


class Throttle(NamedTuple):
    """Requests a second, and at once. API Gateway counts each method of each path by itself."""

    rate: int
    burst: int


DEFAULT_THROTTLE = Throttle(1000, 2000)
"""For each method of the routes behind the authorizer: enough for ten tenants at their own limit (access/rate_limit.py:
100 a second). The account's limit is 10,000."""
DOOR_THROTTLE = Throttle(20, 40)
"""For each door, as anybody may knock: people read the reference, monitors ask for the health."""
WEBHOOK_THROTTLE = Throttle(200, 400)
"""For the doors that platforms deliver to: what the inbox of one tenant takes a second. Platforms repeat what is
refused."""

ACCESS_LOG_FORMAT = {
    "path": "$context.path",
    # The id that nobody can choose; `requestId` is the caller's x-amzn-RequestId, if there is one.
    "request_id": "$context.extendedRequestId",
    "time_ms": "$context.requestTimeEpoch",
    "ip": "$context.identity.sourceIp",
    "method": "$context.httpMethod",
    "route": "$context.resourcePath",
    "stage": "$context.stage",
    "base_path": "$context.customDomain.basePathMatched",
    "status": "$context.status",
    "latency_ms": "$context.responseLatency",
    "tenant": "$context.authorizer.tenant",
    "actor": "$context.authorizer.sub",
    "authorizer_id": "$context.authorizer.requestId",
    "error": "$context.error.responseType",
}
"""The path comes first: it is the caller's text, so that the intake can tell it from the gateway's values behind it."""


def resources(
    stage: str,
    origin: str,
    authorizers: Iterable[str],
    paths: Mapping[str, Iterable[str]],
    *,
    has_domain: bool,
    has_intake: bool,
) -> Resources:
    """The resources of the API except its paths; `paths` are these with their methods."""
    made: Resources = {
        "RestAPI": {"Properties": _api(stage, origin, authorizers, paths, has_domain)},
        "AccessLogGroup": retained(
            "AWS::Logs::LogGroup",
            {"LogGroupName": f"/novex/{stage}/api-access", "RetentionInDays": ACCESS_LOG_DAYS, "Tags": tags(stage)},
        ),
    }
    if has_intake:
        made |= _delivery()
    if has_domain:
        # Chalice refers to the stage by its text name, so without this the mapping could be created before the stage.
        made["ApiGatewayCustomDomainMapping"] = {"Properties": {"Stage": ref("RestAPI.Stage")}}
    return made


def _api(
    stage: str, origin: str, authorizers: Iterable[str], paths: Mapping[str, Iterable[str]], has_domain: bool
) -> dict[str, Any]:
    return {
        "Name": f"novex-{stage}",
        # Without it, SAM adds a second stage named "Stage".
        "OpenApiVersion": "2.0",
        "TracingEnabled": True,
        "DisableExecuteApiEndpoint": has_domain,
        "SecurityPolicy": TLS_POLICY,
        # Required by this kind of policy: accepts only requests with the same TLS server name and Host.
        "EndpointAccessMode": "STRICT",
        "AccessLogSetting": {"DestinationArn": arn("AccessLogGroup"), "Format": json.dumps(ACCESS_LOG_FORMAT)},
        "MinimumCompressionSize": MINIMUM_COMPRESSION_BYTES,
        "MethodSettings": [_method("*", "/*", DEFAULT_THROTTLE), *_doors(paths)],
        "GatewayResponses": template_responses(origin),
        "DefinitionBody": {
            "info": {"title": f"novex-{stage}"},
            "securityDefinitions": {name: _authorizer() for name in authorizers},
            "paths": {ANYWHERE: {"options": _preflight()}},
        },
        "Tags": {"app": "novex", "stage": stage},
    }


def _doors(paths: Mapping[str, Iterable[str]]) -> list[dict[str, Any]]:
    """The settings of the public methods."""
    return [
        # The stage's settings have paths as JSON pointers have names, and the root as it is.
        _method(method, "/" + path.replace("/", "~1") if path != "/" else "/", _throttle(path))
        for path, methods in sorted(paths.items())
        for method in sorted(methods)
        if path != GREEDY
    ]


def _throttle(path: str) -> Throttle:
    return WEBHOOK_THROTTLE if path.startswith("/webhooks/") else DOOR_THROTTLE


def _method(method: str, path: str, throttle: Throttle) -> dict[str, Any]:
    return {
        "HttpMethod": method,
        "ResourcePath": path,
        # The metrics of the whole stage are free; those of each method would cost up to $232 a month.
        "MetricsEnabled": False,
        # The gateway's execution log would contain bodies and headers.
        "LoggingLevel": "OFF",
        "DataTraceEnabled": False,
        "ThrottlingRateLimit": throttle.rate,
        "ThrottlingBurstLimit": throttle.burst,
    }


def _authorizer() -> dict[str, Any]:
    return {
        "x-amazon-apigateway-authorizer": {
            "identityValidationExpression": IDENTITY_EXPRESSION,
            "authorizerResultTtlInSeconds": AUTHORIZER_SECONDS,
        }
    }


def _preflight() -> dict[str, Any]:
    """The gateway's answer to the preflight of an unknown path. Without it a browser would not show a page the 404 of
    the request itself."""
    headers = {"Access-Control-Allow-Methods": ",".join([*METHODS, "OPTIONS"]), **cors().get_access_control_headers()}
    return {
        "responses": {"200": {"description": "Preflight", "headers": {name: {"type": "string"} for name in headers}}},
        "x-amazon-apigateway-integration": {
            "type": "mock",
            "requestTemplates": {"application/json": '{"statusCode": 200}'},
            "responses": {
                "default": {
                    "statusCode": "200",
                    "responseParameters": {f"method.response.header.{k}": f"'{v}'" for k, v in headers.items()},
                }
            },
        },
    }


def _delivery() -> Resources:
    """The subscription by which CloudWatch Logs sends batches of lines to the intake function."""
    permission: Resource = {
        "Type": "AWS::Lambda::Permission",
        "Properties": {
            "FunctionName": arn("IntakeAccessLog"),
            "Action": "lambda:InvokeFunction",
            "Principal": "logs.amazonaws.com",
            "SourceAccount": sub("${AWS::AccountId}"),
            "SourceArn": arn("AccessLogGroup"),
        },
    }
    subscription: Resource = {
        "Type": "AWS::Logs::SubscriptionFilter",
        "DependsOn": "AccessLogPermission",
        "Properties": {
            "LogGroupName": ref("AccessLogGroup"),
            "FilterPattern": "",
            "DestinationArn": arn("IntakeAccessLog"),
        },
    }
    return {"AccessLogPermission": permission, "AccessLogSubscription": subscription}
