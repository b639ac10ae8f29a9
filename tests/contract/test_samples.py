"""The samples of the modules: there is one wherever one is needed, each fits its schema, and each works."""

import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.integrations.connections.schemas import Platform
from chalicelib.integrations.connections.tables import Claim
from chalicelib.kernel import declaration
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.samples import Samples, Thing, collected, refs
from chalicelib.kernel.tenant import PLATFORM
from infra.local.fetched import ROOT
from tests.contract.asking import current_etag
from tests.contract.operations import Operation
from tests.contract.sample_tenant import SampleTenant, samples, settled
from tests.world import Reply, World


def with_bodies(routes: list[Operation]) -> list[Operation]:
    found = [operation for operation in routes if operation.body_schema is not None]
    assert len(found) >= 24
    return found


def example(operation: Operation) -> Any:
    return operation.spec["requestBody"]["content"]["application/json"]["example"]


def test_every_operation_that_takes_a_body_has_a_sample_and_no_other_has(routes: list[Operation]) -> None:
    needed = {operation.name for operation in with_bodies(routes)}
    assert needed - samples().bodies.keys() == set(), "give these a body in the samples.py of their resource"
    assert samples().bodies.keys() - needed == set(), "these take no body"


def test_every_parameter_of_a_path_is_given_by_a_thing(routes: list[Operation]) -> None:
    given = {name for thing in samples().things for name in thing.gives}
    needed = {name: operation.endpoint.path for operation in routes for name in operation.path_names}
    missing = {name: path for name, path in needed.items() if name not in given}
    assert missing == {}, "give these a Thing in the samples.py of their resource"


def test_every_query_that_must_be_given_has_a_sample_of_names_that_there_are(routes: list[Operation]) -> None:
    for operation in routes:
        sample = samples().queries.get(operation.name, {})
        required = {name for name, each in operation.query.items() if each["required"]}
        assert required <= sample.keys() <= operation.query.keys(), operation.name
    assert samples().queries.keys() <= {operation.name for operation in routes}


def test_what_samples_refer_to_is_given_by_a_thing() -> None:
    given = {name for thing in samples().things for name in thing.gives}
    needs = {name for thing in samples().things for name in thing.needs}
    assert {*refs(samples().bodies, samples().queries), *needs} <= given


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict | list):
        for member in value.values() if isinstance(value, dict) else value:
            yield from texts(member)
    elif isinstance(value, str):
        yield value


def test_the_ids_of_examples_could_be_ids_and_two_things_have_two(routes: list[Operation]) -> None:
    for operation in with_bodies(routes):
        assert not [text for text in texts(example(operation)) if "..." in text or "…" in text], operation.name
    transfer = next(example(operation)["lines"][0] for operation in routes if operation.name == "transfer_stock")
    assert re.fullmatch("itm_[0-9a-z]{26}", transfer["item_id"])
    assert transfer["from_location_id"] != transfer["to_location_id"]


def succeeds(operation: Operation, tenant: SampleTenant) -> None:
    """As a dry run, if it writes, and then for good."""
    for dry_run in (True, False) if operation.endpoint.may_be_dry_run else (False,):
        etag = current_etag(operation, tenant.client, tenant.ids) if operation.endpoint.change else ""
        reply: Reply = tenant.ask(operation.name, etag=etag, query="?dry_run=true" if dry_run else "")
        assert reply.status < 300, (operation.name, dry_run, reply.body.decode())
        assert (reply.header("dry-run") == "true") is dry_run, operation.name
        assert str(reply.status) in operation.spec["responses"], operation.name


def forget_connected_shops() -> None:
    """Requests made from the examples by other tests may have connected the same shop for another tenant."""
    for partition in (PLATFORM.key("account", Platform.SHOPIFY), PLATFORM.key("secret")):
        for claim in list(store.query_all(Claim, Claim.partition == partition)):
            store.write(store.delete(store.ref_of(claim)))


def test_every_example_of_a_new_thing_works_where_everything_is_there(world: World, routes: list[Operation]) -> None:
    home = settled(world.tenant(is_sandbox=True))
    forget_connected_shops()
    for operation in with_bodies(routes):
        if not operation.path_names:
            succeeds(operation, SampleTenant(home.client, ids=home.ids, shown={operation.name}))


def test_every_example_of_a_change_works_on_the_thing_as_it_was_made(world: World, routes: list[Operation]) -> None:
    for operation in with_bodies(routes):
        if operation.path_names:
            home = SampleTenant(world.tenant(), shown={operation.name})
            for name in (*operation.path_names, *refs(samples().bodies[operation.name])):
                home.make(name)
            if operation.name not in home.told:  # a step of making the thing has worked already
                succeeds(operation, home)


def test_two_modules_with_samples_of_one_operation_or_of_one_name_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    thing = Thing("create_thing", gives={"thing_id": "id"})
    for twice in (Samples(bodies={"a": {}}), Samples(queries={"a": {}}), Samples(things=(thing,))):

        class Loaded:
            SAMPLES = twice

        class Module:
            name, samples = "twice", "samples"

            def load(self, *_: str) -> list[type[Loaded]]:
                return [Loaded]

        monkeypatch.setattr(declaration, "_registered", [Module(), Module()])
        with pytest.raises(TypeError, match="another module has samples of"):
            collected()


def test_the_application_imports_no_samples_until_somebody_asks_for_the_specification() -> None:
    program = "import sys, app; print([name for name in sys.modules if name.endswith('samples')])"
    environment = {"AWS_DEFAULT_REGION": "eu-central-1", "PATH": ""}
    code = [sys.executable, "-c", program]
    done = subprocess.run(code, cwd=ROOT, capture_output=True, text=True, check=True, env=environment)
    assert done.stdout.strip().endswith("[]"), done.stdout
