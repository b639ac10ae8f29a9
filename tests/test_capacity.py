"""The budgets of bench/budgets.py, measured through the API by the capacity meter."""

import pytest

from bench import budgets, cpu, imports
from bench.budgets import BUDGETS, FLOW, FLOW_WRITE_UNITS
from bench.use_cases import CASES, Scene
from tests.world import World


@pytest.fixture(scope="module")
def scene(world: World) -> Scene:
    """One tenant for all: what an earlier use case left does not change what a later one costs."""
    return Scene(world)


def test_every_use_case_has_a_budget() -> None:
    assert set(BUDGETS) == set(CASES)


@pytest.mark.parametrize("name", BUDGETS)
def test_a_use_case_stays_within_its_budget(scene: Scene, name: str) -> None:
    spent = budgets.used(scene.measure(name))
    assert not budgets.over(spent, BUDGETS[name])
    if budgets.slack(spent, BUDGETS[name]):
        print(f"{name} uses much less than its budget allows: lower it to {spent}")


def test_confirm_and_ship_are_one_transaction_and_at_most_two_reads_each() -> None:
    for name in ("Confirm it", "Ship it at once", "Ship the packed shipment"):
        assert BUDGETS[name].transactions == 1
        assert BUDGETS[name].reads <= 2
        assert BUDGETS[name].writes == 0


def test_an_order_of_10_lines_from_draft_to_shipped_and_numbered_keeps_to_its_write_units() -> None:
    steps = sum(BUDGETS[name].write_units for name in FLOW)
    assert steps + len(FLOW) * BUDGETS["Number one commit"].write_units <= FLOW_WRITE_UNITS


def test_every_model_uses_the_one_client() -> None:
    from chalicelib import modules
    from chalicelib.kernel.dynamo import client, pynamodb_internals

    clients = {id(pynamodb_internals.table_connection(model).connection.client) for model in modules.tables()}
    assert clients == {id(client.dynamodb())}


def test_the_api_starts_nearly_as_fast_as_a_bare_client() -> None:
    assert imports.ratios(("app",), rounds=3)["app"] <= imports.CEILINGS["app"]


def test_a_request_takes_less_than_a_millisecond_of_cpu_outside_botocore(scene: Scene) -> None:
    cost = cpu.cost(scene, "Read an item", "GET", f"/v1/items/{scene.items[0]}")
    assert cost.outside <= cpu.CEILING_MS
