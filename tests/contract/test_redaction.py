"""Words that were typed in as personal data, credentials or free text stay in their documents.

Every such input gets a word of its own; then the whole product runs, with success, with refusals of every kind and
with errors of our own, and the words are looked for where they must not be: logs, metrics, the journal, queue
messages, keys, problem documents, the access log.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib import modules
from chalicelib.kernel import privacy
from chalicelib.kernel.declaration import Module
from chalicelib.kernel.dynamo.model import Row
from infra.local.fetched import ROOT
from tests.contract.life import Run, place_exists
from tests.contract.marks import Marks
from tests.contract.operations import Operation, endpoints, leaves
from tests.contract.sample_tenant import SampleTenant
from tests.contract.watching import access_log, everything, journal, keys
from tests.world import World


@pytest.fixture(scope="module")
def life(world: World) -> Any:
    """The run is made once, by the first test that asks for it."""
    made: list[Run] = []

    def lived(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
        if not made:
            made.append(Run(world, monkeypatch, capsys))
        return made[0]

    return lived


@pytest.fixture
def run(life: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    lived: Run = life(monkeypatch, capsys)
    return lived


def test_the_run_reached_what_it_is_about(run: Run) -> None:
    assert len(run.mark.made) > 1000
    logs = run.traces.logs.getvalue()
    failures = ("unhandled", "consumer failed", "job failed", "delivery failed")
    for word in (*failures, "refused", "bad_signature", run.client.tenant):
        assert word in logs, word
    assert len(run.traces.refusals) > 200
    assert len(run.traces.messages) >= 4
    assert "Refused422" in run.printed
    assert "token_refused" in run.printed
    assert "sales_order.confirmed" in journal(run.client)
    found = run.mark.found_in(run.client.get("/v1/customers?limit=100").body.decode())
    assert {"create_customer.name", "create_customer.contacts.email", "webhook.address.address1"} <= set(found.values())
    refused = {json.loads(text[: text.rindex("}{") + 1])["status"] for text in run.traces.refusals}
    assert {400, 401, 404, 409, 422, 500} <= refused


def test_no_word_is_in_a_log_line_or_a_metric(run: Run) -> None:
    assert run.mark.found_in(run.traces.logs.getvalue()) == {}
    assert run.mark.found_in(run.printed) == {}


def test_no_word_is_in_the_journal(run: Run) -> None:
    assert run.mark.found_in(journal(run.client)) == {}


def test_no_word_is_in_a_queue_message(run: Run) -> None:
    assert run.mark.found_in("".join(run.traces.messages)) == {}


def test_no_word_is_in_a_problem_document(run: Run) -> None:
    found = [(run.mark.found_in(text), text) for text in run.traces.refusals]
    assert [each for each in found if allowed_in_problems(each[0])] == []


def allowed_in_problems(found: dict[str, str]) -> bool:
    """SKUs are business data that a shortage names; anything else is a finding."""
    return bool(set(found.values()) - {"item.sku", "create_item.sku", "update_item.sku"})


def test_no_word_is_in_the_access_log(run: Run, world: World) -> None:
    rows = access_log(world, run.first_line)
    assert len(rows) > 400
    assert run.mark.found_in(str(rows)) == {}


def test_no_personal_word_is_part_of_a_key(run: Run) -> None:
    personal = {word for word, name in run.mark.made.items() if is_personal(name)}
    for table, key in keys(run.client):
        assert personal.isdisjoint(run.mark.found_in(key)), table


def is_personal(name: str) -> bool:
    """Whether a declaration hides what was typed in there; everything in headers, paths and webhooks counts."""
    owner, _, leaf = name.rpartition(".")
    hidden = privacy.is_hidden(leaf) and not is_of_a_thing(name)
    return hidden or owner in ("header", "path", "exception") or owner.startswith("webhook")


def is_of_a_thing(name: str) -> bool:
    """Whether the resource's own table declares the field as business: names of things, by which lists are sorted."""
    operation, *place = name.split(".")
    for module in modules.MODULES:
        for loaded in module.load(module.samples):
            if operation in loaded.SAMPLES.bodies and place[:-1] in ([], [endpoints()[operation].rows]):
                return any(declares_as_business(model, place[-1]) for model in of_module(module))
    return False


def of_module(module: Module) -> list[type[Row]]:
    names = {loaded.__name__ for loaded in module.load(*module.tables)}
    return [model for model in modules.tables() if model.__module__ in names]


def declares_as_business(model: type[Row], name: str) -> bool:
    attribute = model.get_attributes().get(name)
    return attribute is not None and not attribute.field_class.is_hidden


def test_a_credential_is_in_the_vault_alone(run: Run) -> None:
    secrets = {word for word, name in run.mark.made.items() if name.endswith(".client_secret")}
    assert len(secrets) >= 3
    for table, content in everything(run.client):
        assert secrets.isdisjoint(run.mark.found_in(content)), table
    for path in ("/v1/integrations/connections", f"/v1/integrations/connections/{run.home.ids['connection_id']}"):
        assert secrets.isdisjoint(run.mark.found_in(run.client.get(path).body.decode()))


def leaves_of(value: Any) -> Iterator[str]:
    if isinstance(value, dict | list):
        for member in value.values() if isinstance(value, dict) else value:
            yield from leaves_of(member)
    elif isinstance(value, str) and len(value) >= 16:
        yield value


def vault(world: World) -> dict[str, set[str]]:
    """Every secret there is, with the long texts in it."""
    manager = world.aws.client("secretsmanager")
    names = [each["Name"] for page in manager.get_paginator("list_secrets").paginate() for each in page["SecretList"]]
    values = {name: manager.get_secret_value(SecretId=name)["SecretString"] for name in names}
    return {name: set(leaves_of(json.loads(value))) for name, value in values.items()}


def dump(run: Run) -> Iterator[tuple[str, str]]:
    """Everything that the run left behind outside the vault: tables, objects, messages, lines, metrics, refusals."""
    yield from everything(run.client)
    yield "logs", run.traces.logs.getvalue()
    yield "metrics and security events", run.printed
    yield "messages", "".join(run.traces.messages)
    yield "refusals", "".join(run.traces.refusals)
    yield "access log", str(access_log(run.world, run.first_line))
    storage = run.world.aws.client("s3")
    for bucket in storage.list_buckets()["Buckets"]:
        for page in storage.get_paginator("list_objects_v2").paginate(Bucket=bucket["Name"]):
            for entry in page.get("Contents", []):
                found = storage.get_object(Bucket=bucket["Name"], Key=entry["Key"])
                # A received body may be any bytes; secrets are ASCII.
                body = found["Body"].read().decode(errors="replace")
                yield "objects", json.dumps({**entry, **found["Metadata"]}, default=str) + body


def test_no_secret_of_the_vault_and_no_token_is_anywhere_else(run: Run) -> None:
    kept = vault(run.world)
    assert {"platform", "keycloak-admin"} <= {name.rpartition("/")[2] for name in kept}
    assert all(kept.values())
    secrets = {text for texts in kept.values() for text in texts} | {run.client.token.rpartition(".")[2]}
    assert len(secrets) >= 6
    seen: dict[str, int] = {}
    for place, content in dump(run):
        seen[place] = seen.get(place, 0) + len(content)
        assert not [text for text in secrets if text in content], place
    assert len(seen) > 20
    assert min(seen[name] for name in ("logs", "messages", "refusals", "access log", "objects", "Connection")) > 100


def test_what_a_client_puts_into_headers_is_stored_nowhere(run: Run) -> None:
    headers = {word for word, name in run.mark.made.items() if name.startswith("header.")}
    for table, content in everything(run.client):
        assert headers.isdisjoint(run.mark.found_in(content)), table


def test_every_hidden_text_that_can_be_typed_in_was_marked(ours: SampleTenant, routes: list[Operation]) -> None:
    """A new personal field must be put into the samples of its resource, or these tests would look past it."""
    for operation in routes:
        if operation.body_schema is not None:
            mark = Marks()
            body = ours.body(operation.name, mark)
            for place, schema in leaves(operation.body_schema, operation.document):
                leaf = next(step for step in reversed(place) if step != "*")
                # The kinds of files are few and declared, though their schema is a pattern.
                closed = "enum" in schema or len(schema.get("pattern", "x" * 20)) < 14 or leaf == "kind"
                # The names of options stand in the pattern of the same body.
                if schema.get("type") == "string" and privacy.is_hidden(leaf) and not closed and "options" not in place:
                    assert place_exists(body, place), (operation.name, place)
                    assert mark.found_in(str(value_at(body, place))), (operation.name, place)


def value_at(body: Any, place: tuple[str, ...]) -> Any:
    for step in place:
        body = body[0] if step == "*" else body[step]
    return body


def test_every_hidden_attribute_of_every_table_is_known_to_redaction() -> None:
    for model in modules.tables():
        for name, attribute in model.get_attributes().items():
            if attribute.field_class.is_hidden:
                assert privacy.is_hidden(name), (model.__name__, name)


def test_the_deployed_api_knows_every_hidden_name_though_it_loads_no_other_function() -> None:
    program = """
import app
from chalicelib import modules
from chalicelib.kernel import privacy
known = set(privacy._hidden_names)
modules.load_jobs()
print(len(known), sorted(set(privacy._hidden_names) - known))
"""
    environment = {**os.environ, "AWS_LAMBDA_FUNCTION_NAME": "novex-api", "AWS_DEFAULT_REGION": "eu-west-1"}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    count, missing = done.stdout.split(maxsplit=1)
    assert int(count) > 20
    assert missing.strip() == "[]"


def test_the_runtimes_own_root_handler_writes_nothing_of_ours() -> None:
    """Lambda puts a handler on the root logger that would print an exception with its message."""
    program = """
import logging, os
logging.basicConfig(level="INFO", format="root %(message)s")
os.environ.pop("POWERTOOLS_LOG_LEVEL", None)
from chalicelib.kernel import log
try:
    raise RuntimeError("swordfish")
except RuntimeError:
    log.logger().exception("unhandled", email="swordfish", person={"phone": "swordfish"})
log.logger().error("x", authorization="swordfish", body="swordfish")
"""
    code = [sys.executable, "-c", "from chalicelib import modules; modules.load_jobs()\n" + program]
    done = subprocess.run(code, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "unhandled" in done.stdout
    assert "RuntimeError" in done.stdout
    assert "swordfish" not in done.stdout + done.stderr
    assert "root " not in done.stderr


def test_the_deployed_formatter_is_the_redacting_one(world: World) -> None:
    from chalicelib.kernel import log

    assert isinstance(log.logger().registered_formatter, log.RedactingFormatter)
