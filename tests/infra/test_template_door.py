"""The door of the packaged API: who is asked for a token, what the gateway says by itself, which TLS it speaks."""

import json
import re

from infra import gateway_responses, package
from infra.local.authorizers import IDENTITY_EXPRESSION
from tests.infra.conftest import Packaged
from tests.security import reviewed


def test_every_route_that_is_not_public_asks_the_authorizer(packaged: Packaged) -> None:
    for (method, path), entry in packaged.routes.items():
        if (method.upper(), path) in reviewed.public():
            assert "security" not in entry, (method, path)
        else:
            assert entry["security"] == [{"authorize": []}], (method, path)
    assert {(method.upper(), path) for method, path in packaged.routes} >= reviewed.public()


def test_the_authorizer_refuses_at_the_gateway_what_is_no_token_and_is_asked_once_a_minute(packaged: Packaged) -> None:
    definitions = packaged.api["DefinitionBody"]["securityDefinitions"]
    assert list(definitions) == ["authorize"]
    authorizer = definitions["authorize"]["x-amazon-apigateway-authorizer"]
    assert authorizer["type"] == "token"
    assert authorizer["identityValidationExpression"] == IDENTITY_EXPRESSION
    assert authorizer["authorizerResultTtlInSeconds"] == 60


def test_one_origin_is_allowed_everywhere(packaged: Packaged) -> None:
    text = json.dumps(packaged.template)
    origins = set(re.findall(r"Access-Control-Allow-Origin\": \"'([^']*)'", text))
    assert origins == {"https://app.dev.example.com"}


def test_the_gateways_own_answers_are_problem_documents(packaged: Packaged) -> None:
    responses = packaged.api["GatewayResponses"]
    assert set(responses) == set(gateway_responses.GATEWAY_RESPONSES)
    for kind, entry in responses.items():
        headers = entry["ResponseParameters"]["Headers"]
        assert headers["Content-Type"] == "'application/problem+json'"
        assert headers["Cache-Control"] == "'no-store'"
        assert headers["X-Request-Id"] == "context.requestId"
        assert headers["Access-Control-Allow-Origin"] == "'https://app.dev.example.com'"
        document = json.loads(entry["ResponseTemplates"]["application/json"])
        assert document["status"] == entry["StatusCode"] == gateway_responses.GATEWAY_RESPONSES[kind].status
        assert document["request_id"] == "$context.requestId"


def test_the_gateways_own_address_speaks_tls_1_2_or_newer_to_its_own_name_only(packaged: Packaged) -> None:
    """Without a policy a regional API still offers TLS 1.0 on its own address."""
    assert packaged.api["SecurityPolicy"] == "SecurityPolicy_TLS13_1_2_2021_06"
    assert packaged.api["EndpointAccessMode"] == "STRICT"
    assert packaged.api["EndpointConfiguration"] == "REGIONAL"


def test_a_custom_domain_speaks_tls_1_2_and_closes_the_other_door(packaged: Packaged) -> None:
    from infra.stack import merge

    stage = merge.Stage("dev", "https://app.example.com", {"process_inbox": 60, "run_jobs": 120}, has_domain=True)
    template = merge.template(merge.Application([], [], []), stage)
    assert template["Resources"]["RestAPI"]["Properties"]["DisableExecuteApiEndpoint"] is True
    mapping = template["Resources"]["ApiGatewayCustomDomainMapping"]
    assert mapping == {"Properties": {"Stage": {"Ref": "RestAPI.Stage"}}}
    assert packaged.api["DisableExecuteApiEndpoint"] is False
    for settings in package.read_config()["stages"].values():
        domain = settings.get("api_gateway_custom_domain", {"tls_version": "TLS_1_2"})
        assert domain["tls_version"] == "TLS_1_2"
