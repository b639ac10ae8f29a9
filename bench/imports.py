"""The CPU time of a cold start, as a multiple of the least that a bare Lambda function with DynamoDB would pay.

`python -m bench.imports` prints the table. Every figure is taken in a new process; targets take turns, so that a busy
machine slows them all alike, and only ratios are compared. An area is a module with routes: its figure is the start of
the API with an index of the routes and sixty more modules, one client, and one request, until its body is decoded.
"""

import gzip
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

from bench import synthetic
from chalicelib.access.roles import Role
from tests.access.minting import Issuer

ROOT = Path(__file__).parents[1]
BASELINE = "boto3"
FUNCTIONS = {
    BASELINE: "import boto3; boto3.client('dynamodb')",
    "feed": "import chalicelib.functions.feed",
    "inbox": "import chalicelib.functions.inbox",
    "jobs": "import chalicelib.functions.jobs",
    "access_log": "import chalicelib.functions.access_log",
    "schedules": "import chalicelib.functions.schedules",
    "retention": "import chalicelib.functions.retention",
    "tenants": "import chalicelib.functions.tenants",
}
AUTHORIZER = "authorizer"
ADDED = f"{synthetic.COUNT} more modules"
"""The slowest of the additional modules."""
AREA_CEILING = 1.6
"""The ratio that a build must not exceed, for the API's start with any area."""
AUTHORIZER_CEILING = 0.6

_TIMED = """
import json, sys, time
event = json.loads(sys.stdin.read() or "null")
began = time.process_time()
{statement}
print(time.process_time() - began)
"""
# The keys are there without the network; PyJWT is imported as in the authorizer's own function.
_AUTHORIZER = """
import os
os.environ["NOVEX_TOKEN_ISSUER"] = event["issuer"]
os.environ["_HANDLER"] = "chalicelib.access.authorizer.authorize"
from chalicelib.access import authorizer, jwks
jwks.fetch_document = lambda url: event["keys"].encode()
answer = authorizer.authorize(event["request"], None)
assert answer["context"]["tenant"], answer
"""
# The store is not there: it has no row. The request ends when it is decoded.
_REQUEST = """
import app
from botocore.client import BaseClient
from chalicelib.edge import endpoint

class Decoded(BaseException):
    pass

def end(*_, **__):
    raise Decoded

BaseClient._make_api_call = lambda *_: {"Responses": {}}
endpoint._with_request = end
try:
    answer = app.app(event, None)
    assert answer["statusCode"] in (200, 400, 401, 404, 503), answer
except Decoded:
    pass
from chalicelib.kernel.dynamo import client
client.dynamodb()
"""


class Cost(NamedTuple):
    """The median CPU time of one target, and its ratio to the baseline's."""

    milliseconds: float
    ratio: float


class Target(NamedTuple):
    """What a new process does: the statement, in a folder with the product, with an event."""

    statement: str
    folder: Path = ROOT
    event: dict[str, Any] | None = None


def measure(rounds: int = 5) -> dict[str, Cost]:
    """The cost of each target by name, the baseline first: the functions, the areas of the API with their route, and
    the slowest additional module. subprocess.CalledProcessError if one cannot be started."""
    with tempfile.TemporaryDirectory() as work:
        synthetic.write(Path(work))
        areas = _areas(Path(work))
        functions = {name: Target(statement) for name, statement in FUNCTIONS.items()}
        costs = _costs({**functions, AUTHORIZER: _authorizer(), **areas}, rounds)
    added = [costs.pop(name) for name in areas if name.split(" ")[0] in synthetic.module_names()]
    return {**costs, ADDED: max(added, key=lambda cost: cost.ratio)}


def ceiling(name: str) -> float | None:
    """The ratio that a target must not exceed; None for functions behind queues and streams, which nobody waits for."""
    if name == AUTHORIZER:
        return AUTHORIZER_CEILING
    return None if name in FUNCTIONS else AREA_CEILING


def _authorizer() -> Target:
    realm = Issuer("https://id.example/realms/novex")
    token = realm.token(realm.claims(exp=int(time.time()) + 3600))
    request = {
        "type": "TOKEN",
        "authorizationToken": f"Bearer {token}",
        "methodArn": "arn:aws:execute-api:eu-central-1:123456789012:abcdef1234/api/GET/v1/items",
    }
    keys = json.dumps(realm.jwks())
    return Target(_AUTHORIZER, event={"issuer": realm.issuer, "keys": keys, "request": request})


def _areas(folder: Path) -> dict[str, Target]:
    """A request for each module with routes: its first route with a body, or its first."""
    index = folder / "chalicelib" / "index"
    document = json.loads(gzip.decompress(next(index.glob("openapi-*.json.gz")).read_bytes()))
    found: dict[str, Target] = {}
    for method, path, module, is_public in json.loads((index / "routes.json").read_text())["routes"]:
        body = document["paths"][path][method.lower()].get("requestBody")
        known = found.get(module)
        if known is None or (body and known.event and known.event["body"] is None):
            found[module] = Target(_REQUEST, folder, _event(method, path, is_public, body))
    return {f"{name} ({_shown(target)})": target for name, target in found.items()}


def _shown(target: Target) -> str:
    context = (target.event or {})["requestContext"]
    return f"{context['httpMethod']} {context['template']}"


def _event(method: str, path: str, is_public: bool, body: Any) -> dict[str, Any]:
    """The gateway's event; the body is the example of the OpenAPI document."""
    example = body and body["content"]["application/json"].get("example", {"name": "a"})
    names = dict.fromkeys(re.findall(r"{(\w+)}", path), "x")
    headers = {"idempotency-key": "k", "if-match": '"1"', "content-type": "application/json"}
    return {
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "multiValueQueryStringParameters": None,
        "pathParameters": names if is_public else {"proxy": path.format(**names).removeprefix("/v1/")},
        "stageVariables": None,
        "body": json.dumps(example) if example else None,
        "requestContext": {
            "httpMethod": method,
            "template": path,
            "resourcePath": path if is_public else "/v1/{proxy+}",
            "extendedRequestId": "r",
            "authorizer": {
                **dict.fromkeys(("tenant", "sub"), "t"),
                "kind": "user",
                "iat": "1",
                "exp": "99999999999",
                "auth_time": str(int(time.time())),
                "roles": " ".join(Role),
            },
        },
    }


def _costs(targets: dict[str, Target], rounds: int) -> dict[str, Cost]:
    taken: dict[str, list[float]] = {name: [] for name in targets}
    with tempfile.TemporaryDirectory() as bytecode:
        for target in targets.values():
            _seconds(target, bytecode)  # writes the bytecode, which a deployment has as well
        for _ in range(rounds):
            for name, target in targets.items():
                taken[name].append(_seconds(target, bytecode))
    medians = {name: statistics.median(times) for name, times in taken.items()}
    return {name: Cost(median * 1000, median / medians[BASELINE]) for name, median in medians.items()}


def _seconds(target: Target, bytecode: str) -> float:
    # Credentials, because a client without any would look for them on the network.
    # The name of a function, because a deployed one loads only what is its own.
    keys = {
        "AWS_LAMBDA_FUNCTION_NAME": "novex",
        "AWS_ACCESS_KEY_ID": "none",
        "AWS_SECRET_ACCESS_KEY": "none",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "NOVEX_RATE_TENANT": "0",
        "NOVEX_RATE_CALLER": "0",
    }
    done = subprocess.run(
        [sys.executable, "-c", _TIMED.replace("{statement}", target.statement)],
        input=json.dumps(target.event),
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        cwd=target.folder,
        env={**os.environ, **keys, "PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": bytecode},
    )
    return float(done.stdout.splitlines()[-1])


def main() -> int:
    """Prints the table; 1 when a ceiling is exceeded."""
    costs = measure()
    print(f"{'start':<70} {'CPU ms':>8} {'ratio':>6} {'ceiling':>8}")
    for name, cost in costs.items():
        print(f"{name:<70} {cost.milliseconds:>8.1f} {cost.ratio:>6.2f} {ceiling(name) or '-':>8}")
    return int(any(cost.ratio > (ceiling(name) or cost.ratio) for name, cost in costs.items()))


if __name__ == "__main__":
    sys.exit(main())
