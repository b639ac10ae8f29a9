"""`make run IDENTITY=keycloak` as a person uses it."""

import json
import os
import signal
import subprocess
import urllib.request
from pathlib import Path
from typing import Any

from infra.local.browser import Frontend
from infra.local.fetched import ROOT
from infra.local.ports import free_port
from tests.keycloak.realm import CALLBACK, claims_of
from tests.local.test_run import pasted, run


def told(lines: list[str], name: str) -> str:
    """What the summary says after a name."""
    return next(line.split(maxsplit=1)[1] for line in lines if line.startswith(f"{name} "))


def whoami(port: int, token: str) -> Any:
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "login"}
    request = urllib.request.Request(f"http://127.0.0.1:{port}/v1/me/login", method="POST", headers=headers)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def test_the_demo_runs_on_the_real_server_and_stays_between_runs(downloaded: None, tmp_path: Path) -> None:
    data, port = tmp_path / "data", free_port(3)
    environment = dict(os.environ, NOVEX_LOCAL_DATA=str(data))
    with run(data, port, signal.SIGINT, "--identity", "keycloak") as lines:
        items, orders, customer = (pasted(command, environment) for command in lines if command.startswith("curl "))
        machine = ["make", "-s", "token", "AS=automation", "TENANT=globex"]
        token = subprocess.run(machine, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout
        made = ["make", "-s", "machine", "DO=list"]
        listed = subprocess.run(made, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout
    assert (len(items["data"]), len(orders["data"]), customer["name"]) == (3, 3, "Curl & Sons")
    assert claims_of(token.strip())["azp"] == "novex-machine-globex"
    assert [line.split()[0] for line in listed.splitlines()] == ["novex-machine-acme", "novex-machine-globex"]
    moved = free_port(3)
    with run(data, moved, signal.SIGTERM, "--identity", "keycloak") as lines:
        (command,) = (line for line in lines if line.startswith("curl ") and "/v1/items" in line)
        again = pasted(command, environment)
        frontend = Frontend(told(lines, "Issuer"), CALLBACK)
        frontend.login("sales@acme.example", told(lines, "Users").rpartition(" ")[2])
        me = whoami(moved, frontend.access_token)
    assert (me["roles"], me["user"]["email"], me["user"]["sync"]) == (["sales"], "sales@acme.example", "done")
    assert again["data"] == items["data"]
    assert claims_of(frontend.access_token)["iss"] == f"http://127.0.0.1:{moved + 1}/realms/novex"
    assert "Writing the demo data ..." not in lines
    assert all(path.stat().st_mode & 0o077 == 0 for path in data.rglob("*.json"))
    assert data.stat().st_mode & 0o077 == 0
