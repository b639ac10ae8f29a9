"""The addresses of the API, with a domain of its own and without."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from infra import package
from infra.stack import merge
from tests.infra.conftest import Packaged
from tests.infra.test_template import lint

DOMAIN = {
    "domain_name": "api.novex.test",
    "tls_version": "TLS_1_2",
    "certificate_arn": "arn:aws:acm:eu-central-1:123456789012:certificate/1",
}


@pytest.fixture(scope="module")
def with_domain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package of a stage with a domain of its own."""
    folder = tmp_path_factory.mktemp("domain")
    settings = package.read_config()
    settings["stages"]["dev"]["api_gateway_custom_domain"] = DOMAIN
    (folder / "config.json").write_text(json.dumps(settings))
    command = [sys.executable, "-m", "infra.package", "--config", "config.json", "--out", "."]
    environment = dict(os.environ, PYTHONPATH=str(package.ROOT))
    subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)
    return folder


def test_without_a_domain_the_addresses_are_the_gateways_own(packaged: Packaged) -> None:
    outputs = {name: entry["Value"] for name, entry in packaged.template["Outputs"].items()}
    base = "https://${RestAPI}.execute-api.${AWS::Region}.${AWS::URLSuffix}/api/"
    assert outputs["EndpointURL"] == {"Fn::Sub": base}
    assert outputs["WebhookURL"] == {"Fn::Sub": f"{base}webhooks/"}
    assert "DomainTarget" not in outputs
    assert packaged.api["DisableExecuteApiEndpoint"] is False


def test_with_a_domain_the_addresses_are_the_domains_and_its_target_is_told(with_domain: Path) -> None:
    template = package.read_template(with_domain)
    outputs = {name: entry["Value"] for name, entry in template["Outputs"].items()}
    assert outputs["EndpointURL"] == "https://api.novex.test/"
    assert outputs["WebhookURL"] == "https://api.novex.test/webhooks/"
    target, zone = outputs["DomainTarget"]["Fn::GetAtt"], outputs["DomainTargetZone"]["Fn::GetAtt"]
    assert (target[1], zone[1]) == ("RegionalDomainName", "RegionalHostedZoneId")
    for name in (target[0], zone[0]):
        assert template["Resources"][name]["Type"] == "AWS::ApiGateway::DomainName"
    assert lint(with_domain / "sam.json") == (0, "")


def test_a_custom_domain_speaks_tls_1_2_and_closes_the_other_door(with_domain: Path) -> None:
    resources = package.read_template(with_domain)["Resources"]
    assert resources["RestAPI"]["Properties"]["DisableExecuteApiEndpoint"] is True
    assert resources["ApiGatewayCustomDomain"]["Properties"]["SecurityPolicy"] == "TLS_1_2"
    assert resources["ApiGatewayCustomDomainMapping"]["Properties"]["Stage"] == {"Ref": "RestAPI.Stage"}
    for settings in package.read_config()["stages"].values():
        domain = settings.get("api_gateway_custom_domain", {"tls_version": "TLS_1_2"})
        assert domain["tls_version"] == "TLS_1_2"


@pytest.mark.parametrize("prefix", ["erp", "/erp/"])
def test_a_path_of_the_domain_is_part_of_the_addresses(prefix: str) -> None:
    stage = merge.Stage(
        name="dev",
        origin="https://app.novex.test",
        timeouts={name: entry["lambda_timeout"] for name, entry in _functions().items()},
        gateway_stage="api",
        runtime="python3.13",
        architecture="arm64",
        domain={**DOMAIN, "url_prefix": prefix},
    )
    outputs = merge.template(merge.Application([], [], {}, [], []), stage)["Outputs"]
    assert outputs["WebhookURL"] == {"Value": "https://api.novex.test/erp/webhooks/"}


def _functions() -> Any:
    return package.read_config()["stages"]["dev"]["lambda_functions"]
