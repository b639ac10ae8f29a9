"""The door of the packaged API: who is asked for a token, what the gateway says by itself, which TLS it speaks."""

import json
import re

from chalicelib.edge.router import GREEDY, METHODS
from infra import gateway_responses
from infra.local.authorizers import IDENTITY_EXPRESSION
from infra.stack.api import ANYWHERE
from tests.infra.conftest import Packaged
from tests.security import reviewed


def test_the_gateway_knows_one_greedy_path_and_a_door_for_each_public_route(packaged: Packaged) -> None:
    """Each with all methods, because only the application can say which ones a path has."""
    paths = {GREEDY, *(path for _, path in reviewed.public())}
    expected = {(method, path) for method in METHODS for path in paths}
    assert {(method.upper(), path) for method, path in packaged.routes} == expected
    for (method, path), entry in packaged.routes.items():
        if path == GREEDY:
            assert entry["security"] == [{"authorize": []}], method
        else:
            assert "security" not in entry, (method, path)


def test_a_preflight_of_every_path_is_answered_by_the_gateway_and_names_all_methods(packaged: Packaged) -> None:
    assert packaged.api["DefinitionBody"]["paths"][ANYWHERE].keys() == {"options"}
    for path, methods in packaged.api["DefinitionBody"]["paths"].items():
        integration = methods["options"]["x-amazon-apigateway-integration"]
        assert integration["type"] == "mock"
        parameters = integration["responses"]["default"]["responseParameters"]
        allowed = parameters["method.response.header.Access-Control-Allow-Methods"].strip("'").split(",")
        assert {method.lower() for method in allowed} == ({*methods, *map(str.lower, METHODS)}), path


def test_each_door_has_a_throttle_of_its_own_below_that_of_everybody(packaged: Packaged) -> None:
    settings = {(entry["HttpMethod"], entry["ResourcePath"]): entry for entry in packaged.api["MethodSettings"]}
    default = settings.pop(("*", "/*"))["ThrottlingRateLimit"]
    encoded = {path: "/" + path.replace("/", "~1") for _, path in reviewed.public()} | {"/": "/"}
    assert set(settings) == {(method, path) for method in METHODS for path in encoded.values()}
    assert ("POST", "/~1webhooks~1shopify~1{connection}") in settings
    assert all(entry["ThrottlingRateLimit"] < default for entry in settings.values())


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
        assert headers["X-Request-Id"] == "context.extendedRequestId"
        assert headers["Access-Control-Allow-Origin"] == "'https://app.dev.example.com'"
        assert "Auth-Challenge" in headers["Access-Control-Expose-Headers"]
        assert ("Auth-Challenge" in headers) == (entry["StatusCode"] == 401)
        document = json.loads(entry["ResponseTemplates"]["application/json"])
        assert document["status"] == entry["StatusCode"] == gateway_responses.GATEWAY_RESPONSES[kind].status
        assert document["request_id"] == "$context.extendedRequestId"


def test_a_browser_can_read_what_the_gateway_has_against_a_token(packaged: Packaged) -> None:
    headers = packaged.api["GatewayResponses"]["UNAUTHORIZED"]["ResponseParameters"]["Headers"]
    assert headers["Auth-Challenge"] == headers["WWW-Authenticate"] == "'Bearer error=\"invalid_token\"'"


def test_a_scheme_may_be_written_in_capitals_or_not_and_nothing_else_may_be_about_a_token(packaged: Packaged) -> None:
    definitions = packaged.api["DefinitionBody"]["securityDefinitions"]
    expression = re.compile(definitions["authorize"]["x-amazon-apigateway-authorizer"]["identityValidationExpression"])
    for good in ("Bearer a.b.c", "bearer a.b.c", "BEARER a-_9.b.c"):
        assert expression.fullmatch(good), good
    for bad in (
        "a.b.c",
        "Basic a.b.c",
        "Bearer  a.b.c",
        "Bearer a.b",
        "bearers a.b.c",
        " Bearer a.b.c",
        "Bearer a.b.c ",
    ):
        assert not expression.fullmatch(bad), bad


def test_a_line_of_the_access_log_has_the_id_that_nobody_can_choose_and_that_of_the_authorizer(
    packaged: Packaged,
) -> None:
    line = json.loads(packaged.api["AccessLogSetting"]["Format"])
    assert (line["request_id"], line["authorizer_id"]) == (
        "$context.extendedRequestId",
        "$context.authorizer.requestId",
    )


def test_the_gateways_own_address_speaks_tls_1_2_or_newer_to_its_own_name_only(packaged: Packaged) -> None:
    """Without a policy a regional API still offers TLS 1.0 on its own address."""
    assert packaged.api["SecurityPolicy"] == "SecurityPolicy_TLS13_1_2_2021_06"
    assert packaged.api["EndpointAccessMode"] == "STRICT"
    assert packaged.api["EndpointConfiguration"] == "REGIONAL"
