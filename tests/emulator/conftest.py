"""One emulated account and one stack for all tests of this folder, made by the project's own deploy command."""

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from infra import package
from infra.local.failure import LocalFailureError
from infra.local.issuer import Issuer
from infra.local.simulators import Simulators
from tests.emulator import emulator as emulators
from tests.emulator.emulator import REGION, Emulator
from tests.world import Client

STAGE = "dev"
STACK = f"novex-{STAGE}"


@dataclass(frozen=True)
class Gateway:
    """The stack's API behind the emulator's own path for it."""

    emulator: Emulator
    prefix: str

    def handle(self, method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str], bytes]:
        return self.emulator.send(method, self.prefix + path, headers, body)


@dataclass(frozen=True)
class Deployed:
    """The stack, who issues its tokens, and the platforms that it calls."""

    emulator: Emulator
    issuer: Issuer
    simulators: Simulators
    folder: Path
    outputs: dict[str, str]

    @property
    def gateway(self) -> Gateway:
        """What EndpointURL leads to; the emulator serves no names of AWS."""
        url = urlsplit(self.outputs["EndpointURL"])
        return Gateway(self.emulator, f"/_aws/execute-api/{url.netloc.partition('.')[0]}{url.path.rstrip('/')}")

    def tenant(self, *roles: str) -> Client:
        """A client of a brand-new tenant. Its people are let in here and not by the operator's function, because no
        secret of Keycloak is in the stack."""
        tenant = self.issuer.directory.found(str(uuid.uuid4())).id
        state = {"partition": {"S": f"{tenant}#access_state"}, "subject": {"S": "tenant"}}
        self.emulator.client("dynamodb").put_item(TableName=f"{STACK}-access_states", Item=state)
        return self.client(tenant, *roles)

    def client(self, tenant: str, *roles: str) -> Client:
        """A client of a tenant."""
        return Client(self, tenant, roles or ("admin",))

    def anonymous(self) -> Client:
        return Client(self, "nobody", (), token="none")

    def invoke(self, function: str, event: Any) -> Any:
        """What a function answers to an event."""
        answer = self.emulator.client("lambda").invoke(FunctionName=f"{STACK}-{function}", Payload=json.dumps(event))
        assert "FunctionError" not in answer, answer["Payload"].read()
        return json.load(answer["Payload"])


def run(
    emulator: Emulator, *arguments: str, command: str = "infra.deploy", region: str = REGION
) -> subprocess.CompletedProcess[str]:
    """Runs a command of the operator against the emulator."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "NOVEX_"))}
    given = [sys.executable, "-m", command, *arguments, "--stage", STAGE]
    environment = kept | emulator.environment(region)
    return subprocess.run(given, cwd=package.ROOT, env=environment, capture_output=True, text=True, check=False)


def succeed(emulator: Emulator, *arguments: str, command: str = "infra.deploy", region: str = REGION) -> str:
    """What a command prints that succeeds."""
    done = run(emulator, *arguments, command=command, region=region)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """Skips where the emulator cannot be had; in CI that is a failure."""
    try:
        emulators.installed()
    except LocalFailureError as failure:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(failure))
    with emulators.running(tmp_path_factory.mktemp("emulator")) as started:
        yield started


@pytest.fixture(scope="session")
def deployed(emulator: Emulator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    """The stage, packaged for this machine and deployed with the settings of a file."""
    folder = tmp_path_factory.mktemp("deployed")
    with ExitStack() as stack:
        issuer, simulators = stack.enter_context(Issuer()), stack.enter_context(Simulators())
        settings = package.read_config()
        settings["stages"][STAGE]["environment_variables"] |= {
            **issuer.environment(),
            **simulators.environment(),
            "NOVEX_WEB_ORIGIN": "http://localhost:3000",
            "NOVEX_OPERATOR_COMPANY": "Emulated Ltd",
            "NOVEX_OPERATOR_ADDRESS": "1 Loopback Road",
            "NOVEX_OPERATOR_CONTACT": "privacy@emulated.test",
            "NOVEX_OPERATOR_AUTHORITY": "Supervisor of emulators",
            "NOVEX_MAIL_SENDER": "privacy@emulated.test",
        }
        (folder / "config.json").write_text(json.dumps(settings))
        succeed(emulator, "bootstrap")
        keep_generated_secrets(emulator)
        packaged = [sys.executable, "-m", "infra.package", "--stage", STAGE, "--here"]
        packaged += ["--config", str(folder / "config.json"), "--out", str(folder / "package")]
        subprocess.run(packaged, cwd=package.ROOT, check=True, capture_output=True)
        succeed(emulator, "app", "--package", str(folder / "package"))
        allow_batches(emulator)
        described = emulator.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"][0]
        outputs = {output["OutputKey"]: output["OutputValue"] for output in described["Outputs"]}
        yield Deployed(emulator, issuer, simulators, folder / "package", outputs)


def keep_generated_secrets(emulator: Emulator) -> None:
    """What CloudFormation would have generated: the emulator puts punctuation into the keys and spoils their JSON."""
    vault = emulator.client("secretsmanager")
    generated = {"platform": {"lookup_key": "l" * 64, "cursor_key": "c" * 64}, "search": {"key_1": "s" * 64}}
    for name, value in generated.items():
        vault.put_secret_value(SecretId=f"novex/{STAGE}/{name}", SecretString=json.dumps(value))


def allow_batches(emulator: Emulator) -> None:
    """AWS lets whoever may send a message send several at once; the emulator has an action of its own for that."""
    roles = emulator.client("iam")
    for role in roles.list_roles()["Roles"]:
        for name in roles.list_role_policies(RoleName=role["RoleName"])["PolicyNames"]:
            policy = {"RoleName": role["RoleName"], "PolicyName": name}
            document = roles.get_role_policy(**policy)["PolicyDocument"]
            for statement in document["Statement"]:
                if "sqs:SendMessage" in statement["Action"]:
                    statement["Action"].append("sqs:SendMessageBatch")
            roles.put_role_policy(**policy, PolicyDocument=json.dumps(document))


@pytest.fixture
def acme(deployed: Deployed) -> Client:
    """The administrator of a fresh tenant of the stack."""
    return deployed.tenant()
