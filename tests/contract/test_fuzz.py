"""Schemathesis over the whole specification, through the real HTTP server and gateway, with things that exist."""

import itertools
import os
import re
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.core import NOT_SET
from schemathesis.engine import events, from_schema

from chalicelib.kernel.samples import Place, Ref, StandIn, filled
from infra.local.server import serve
from tests.contract import sample_tenant
from tests.contract.operations import closed
from tests.contract.sample_tenant import SampleTenant, samples
from tests.world import World

pytestmark = pytest.mark.long

EXAMPLES = int(os.environ.get("NOVEX_FUZZ_EXAMPLES", "5"))
MODE = "all" if EXAMPLES > 20 else "positive"
"""What the coverage phase makes: boundaries that must be accepted, and with enough time those that must not."""

PARTS = 4
"""The resources are dealt out, so that no test takes much longer than the others."""


@pytest.fixture
def known(world: World) -> Iterator[SampleTenant]:
    """A tenant of its own: the fuzzer changes what it finds."""
    yield sample_tenant.settled(world.tenant(is_sandbox=True))


def configuration(url: str, known: SampleTenant) -> SchemathesisConfig:
    """Every check that fits our conventions.

    A body that fits its schema may still name what is not there, or break a rule between fields; an undeclared method
    answers like an unknown route; and a token is sent where the fuzzer means to leave it out. test_edge.py,
    test_input.py and test_commands.py look at these.
    """
    refused = ["2xx", "304", "400", "401", "403", "404", "409", "412", "422", "503"]
    return SchemathesisConfig.from_dict(
        {
            "seed": 20261123,
            "base-url": url,
            "headers": {"Authorization": f"Bearer {known.client.token}"},
            "parameters": {f"path.{name}": value for name, value in known.ids.items()},
            "continue-on-failure": True,
            "workers": 1,
            "checks": {
                "positive_data_acceptance": {"expected-statuses": refused},
                "missing_required_header": {"enabled": False},
                "negative_data_rejection": {
                    "expected-statuses": ["400", "401", "404", "409", "412", "415", "422", "428"]
                },
                "unsupported_method": {"enabled": False},
                "use_after_free": {"enabled": False},
                "ensure_resource_availability": {"enabled": False},
            },
            "generation": {"max-examples": EXAMPLES, "database": "none", "no-shrink": True},
            "phases": {
                "examples": {"enabled": True},
                "coverage": {"enabled": True, "unexpected-methods": [], "generation": {"mode": MODE}},
                "fuzzing": {"enabled": True},
                "stateful": {"enabled": False},
            },
        }
    )


def real(value: Any, ids: dict[str, str], turn: Iterator[int]) -> Any:
    """Two of three ids of a generated body become ids of things that exist: random ones only ever meet a refusal."""
    if isinstance(value, dict):
        return {
            name: ids[name] if fits(name, member, ids) and next(turn) % 3 else real(member, ids, turn)
            for name, member in value.items()
        }
    return [real(member, ids, turn) for member in value] if isinstance(value, list) else value


def fits(name: str, value: Any, ids: dict[str, str]) -> bool:
    known = ids.get(name)
    return isinstance(value, str) and known is not None and len(value) == len(known)


def known_by_field(known: SampleTenant) -> dict[str, str]:
    """The ids of things by the name of each field that the samples put them into."""
    found = dict(known.ids)

    def note(stand_in: StandIn, place: Place) -> None:
        if isinstance(stand_in, Ref):
            found[next(step for step in reversed(place) if step != "*")] = known.ids[stand_in.name]

    filled(list(samples().bodies.values()), note)
    return found


def thing(path: str) -> str:
    """The path up to the id of what it is about."""
    found = re.match(r".*?/[a-z]{2,3}_[0-9a-z]{26}", path)
    return found.group() if found else path


def without_exceptions(paths: dict[str, Any]) -> dict[str, Any]:
    """The paths without what makes exceptions that OpenAPI cannot say: a dry run needs no Idempotency-Key, and an
    answer with only some fields has not all that are required."""
    for operation in (each for item in paths.values() for each in item.values()):
        operation["parameters"] = [each for each in operation["parameters"] if each["name"] != "fields"]
        for parameter in operation["parameters"]:
            parameter["required"] = parameter["required"] and parameter["name"] != "Idempotency-Key"
    return paths


def dealt(paths: dict[str, Any], part: int) -> dict[str, Any]:
    """The paths of every PARTS-th resource, which is named by the first words of its paths."""
    resources = sorted({resource(path) for path in paths})
    return {path: item for path, item in paths.items() if resource(path) in resources[part::PARTS]}


def resource(path: str) -> str:
    return "/".join(path.split("/")[:3])


@pytest.mark.parametrize("part", range(PARTS))
def test_no_request_meets_a_defect_or_an_answer_that_is_not_documented(known: SampleTenant, part: int) -> None:
    ids = known_by_field(known)
    turn, etags = itertools.count(), dict[str, str]()
    document = closed(known.client.world.anonymous().get("/openapi.json").ok())
    document["paths"] = without_exceptions(dealt(document["paths"], part))
    failures: dict[tuple[str, str], str] = {}
    sent: dict[str, int] = {}
    with serve(known.client.world.gateway) as server:
        schema = schemathesis.openapi.from_dict(document, config=configuration(server.url, known))

        @schemathesis.hook
        def before_call(context: Any, case: Any, kwargs: Any) -> None:
            case.body = real(case.body, ids, turn)
            if "Idempotency-Key" not in (case.headers or {}):
                (case.query or {}).pop("dry_run", None)  # a dry run needs no key, which the schema cannot say
            place = thing(case.formatted_path)
            tag = str((case.headers or {}).get("If-Match", ""))
            if place in etags and re.fullmatch('"[0-9]{1,12}"', tag) and next(turn) % 3:
                case.headers["If-Match"] = etags[place]

        @schemathesis.hook
        def after_call(context: Any, case: Any, response: Any) -> None:
            if "etag" in response.headers:
                etags[thing(case.formatted_path)] = response.headers["etag"][0]
            kind = f"{case.operation.label} {response.status_code}"
            sent[kind] = sent.get(kind, 0) + 1

        try:
            for event in from_schema(schema).execute():
                if isinstance(event, events.ScenarioFinished):
                    note(failures, event)
                elif isinstance(event, events.NonFatalError | events.FatalError):
                    failures[str(getattr(event, "label", "")), "error"] = repr(getattr(event, "value", event))
        finally:
            schemathesis.hooks.unregister_all()
    if os.environ.get("NOVEX_FUZZ_VERBOSE"):
        print(sum(sent.values()), *sorted(sent.items()), sep="\n")
    done = {label for label, _, status in (kind.rpartition(" ") for kind in sent) if status.startswith("2")}
    assert len(done) > sum(map(len, document["paths"].values())) / 2, done
    assert not failures, "\n\n".join(f"{label} {check}\n{text}" for (label, check), text in sorted(failures.items()))


def note(failures: dict[tuple[str, str], str], event: events.ScenarioFinished) -> None:
    """Keeps the first failure of each operation and check, with the request that brought it about."""
    recorder = event.recorder
    for case_id, checks in recorder.checks.items():
        for check in checks:
            if check.failure_info is not None and not left_out(check.name, recorder.cases[case_id].value):
                failure = check.failure_info.failure
                text = f"{failure.title}: {failure.message}\n{check.failure_info.code_sample}"
                failures.setdefault((recorder.label, check.name), text[:3000])


def left_out(check: str, case: Any) -> bool:
    """Schemathesis counts a body that is not there as a bad one, even where it may be left out, and a missing key,
    which a dry run does not need."""
    if check != "negative_data_rejection":
        return False
    is_dry_run = str((case.query or {}).get("dry_run")).lower() == "true"
    has_key = "idempotency-key" in {name.lower() for name in case.headers or {}}
    may_lack_body = case.body is NOT_SET and any(not body.is_required for body in case.operation.body)
    return may_lack_body or (is_dry_run and not has_key)
