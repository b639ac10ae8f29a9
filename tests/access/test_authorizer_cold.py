"""The authorizer in a fresh interpreter, as Lambda starts it: by its handler string, and without what would slow it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.access.forge import Issuer
from tests.access.realm import key_server

ROOT = Path(__file__).parents[2]
HEAVY = ("botocore", "boto3", "pynamodb", "requests", "urllib3", "aws_lambda_powertools", "msgspec", "cachetools")

INVOKE = """
import importlib, json, sys
event = json.load(sys.stdin)
module, _, name = "chalicelib.access.authorizer.authorize".rpartition(".")
answer = getattr(importlib.import_module(module), name)(event, None)
print(json.dumps({"answer": answer, "modules": sorted(sys.modules)}))
"""

LOADED = """
import json, os, sys
os.environ["_HANDLER"] = json.load(sys.stdin)
import chalicelib.access.authorizer
print(json.dumps("jwt" in sys.modules))
"""

GATEWAY = """
import json, sys
from chalice import Chalice
from chalice.config import Config
from chalice.local import LocalGateway
from chalicelib.access.authorizer import authorize, blueprint

app = Chalice(app_name="doors")
app.register_blueprint(blueprint)

@app.route("/v1/items/{item_id}", authorizer=authorize)
def item(item_id):
    return app.current_request.context["authorizer"]

headers = {"authorization": json.load(sys.stdin)}
answer = LocalGateway(app, Config()).handle_request("GET", "/v1/items/itm_1", headers, b"")
(config,) = app.builtin_auth_handlers
print(json.dumps({"status": answer["statusCode"], "caller": json.loads(answer["body"]), "config": vars(config)}))
"""


def fresh(script: str, given: object, issuer: str) -> Any:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "NOVEX_TOKEN_ISSUER": issuer},
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_deployed_handler_answers_in_a_fresh_interpreter_without_a_heavy_import() -> None:
    with key_server() as server:
        realm = Issuer(server.issuer)
        server.publish(realm.jwks())
        event = {
            "type": "TOKEN",
            "authorizationToken": f"Bearer {realm.token()}",
            "methodArn": "arn:aws:execute-api:eu-central-1:123456789012:abcdef1234/prod/GET/v1/items",
        }
        outcome = fresh(INVOKE, event, realm.issuer)
    assert outcome["answer"]["context"]["tenant"] == realm.tenant
    assert not [name for name in outcome["modules"] if name.split(".")[0] in HEAVY]
    assert "app" not in outcome["modules"]


@pytest.mark.parametrize(("handler", "loads"), [("chalicelib.access.authorizer.authorize", True), ("app.app", False)])
def test_pyjwt_is_loaded_by_the_function_that_verifies_and_not_by_the_api(handler: str, loads: bool) -> None:
    assert fresh(LOADED, handler, "https://id.example/realms/novex") is loads


def test_the_local_gateway_accepts_the_policy_and_hands_on_the_context() -> None:
    with key_server() as server:
        realm = Issuer(server.issuer)
        server.publish(realm.jwks())
        outcome = fresh(GATEWAY, f"Bearer {realm.token()}", realm.issuer)
    assert outcome["status"] == 200
    assert outcome["caller"]["tenant"] == realm.tenant
    assert outcome["config"]["handler_string"] == "chalicelib.access.authorizer.authorize"
    assert outcome["config"]["ttl_seconds"] == 60
    assert outcome["config"]["header"] == "Authorization"
