"""The API's resources: access log and its delivery, the gateway's own responses, settings of authorizers."""

import json
from collections.abc import Iterable
from typing import Any

from chalicelib.kernel.privacy import ONE_YEAR_DAYS
from infra.gateway_responses import template_responses
from infra.local.authorizers import IDENTITY_EXPRESSION
from infra.stack.values import Resource, Resources, arn, ref, retained, sub, tags

ACCESS_LOG_DAYS = ONE_YEAR_DAYS
"""The same retention as the table of the access log."""
AUTHORIZER_SECONDS = 60
TLS_POLICY = "SecurityPolicy_TLS13_1_2_2021_06"
"""Allows TLS 1.2 and 1.3. A regional API without a policy also allows TLS 1.0."""
RATE_PER_SECOND = 1000
BURST = 2000
"""Requests a second of the whole stage: enough for ten tenants at their own limit (access/rate_limit.py: 100 a second).
The account's limit is 10,000."""

ACCESS_LOG_FORMAT = {
    "request_id": "$context.requestId",
    "time_ms": "$context.requestTimeEpoch",
    "ip": "$context.identity.sourceIp",
    "method": "$context.httpMethod",
    "route": "$context.resourcePath",
    "status": "$context.status",
    "latency_ms": "$context.responseLatency",
    "tenant": "$context.authorizer.tenant",
    "actor": "$context.authorizer.sub",
    "error": "$context.error.responseType",
}


def resources(stage: str, origin: str, authorizers: Iterable[str], *, has_domain: bool, has_intake: bool) -> Resources:
    """The resources of the API except routes."""
    made: Resources = {
        "RestAPI": {"Properties": _api(stage, origin, authorizers, has_domain)},
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


def _api(stage: str, origin: str, authorizers: Iterable[str], has_domain: bool) -> dict[str, Any]:
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
        "MethodSettings": [
            {
                "HttpMethod": "*",
                "ResourcePath": "/*",
                "MetricsEnabled": True,
                # The gateway's execution log would contain bodies and headers.
                "LoggingLevel": "OFF",
                "DataTraceEnabled": False,
                "ThrottlingRateLimit": RATE_PER_SECOND,
                "ThrottlingBurstLimit": BURST,
            }
        ],
        "GatewayResponses": template_responses(origin),
        "DefinitionBody": {
            "info": {"title": f"novex-{stage}"},
            "securityDefinitions": {name: _authorizer() for name in authorizers},
        },
        "Tags": {"app": "novex", "stage": stage},
    }


def _authorizer() -> dict[str, Any]:
    return {
        "x-amazon-apigateway-authorizer": {
            "identityValidationExpression": IDENTITY_EXPRESSION,
            "authorizerResultTtlInSeconds": AUTHORIZER_SECONDS,
        }
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
