"""The budgets of bench/budgets.py, measured through the API by the capacity meter."""

import pytest

from bench import budgets, cpu, waiting
from bench.budgets import BUDGETS, FIVE_STEPS, FLOW, HOLDERS
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
    spent = budgets.used(name, scene.measure(name))
    assert not budgets.over(spent, BUDGETS[name])
    if budgets.slack(spent, BUDGETS[name]):
        print(f"{name} uses much less than its budget allows: lower it to {spent}")


def test_confirm_and_ship_are_one_transaction_and_at_most_two_reads_each() -> None:
    for name in ("Confirm it", "Ship it at once", "Ship the packed shipment"):
        assert BUDGETS[name].transactions == 1
        assert BUDGETS[name].reads <= 2
        assert BUDGETS[name].writes == 0


def test_an_order_of_10_lines_from_draft_to_shipped_and_numbered_keeps_to_its_write_units() -> None:
    assert BUDGETS[FLOW].write_units <= 110 < BUDGETS[FIVE_STEPS].write_units <= 131


def test_to_know_who_holds_an_item_costs_a_unit_for_each_line() -> None:
    assert (BUDGETS[HOLDERS].transactions, BUDGETS[HOLDERS].write_units) == (0, 10)


def test_a_line_that_waits_costs_two_units_more() -> None:
    waiting = BUDGETS["Confirm an order of 10 lines, all waiting"].write_units
    assert waiting <= BUDGETS["Confirm it"].write_units + 2 * 10


def test_filling_costs_each_order_the_same_however_many_wait(world: World) -> None:
    found = waiting.measure(world, orders=5, metered=40)
    assert (found.transactions, found.write_units) <= (1, 12)
    assert found.reads <= 3
    assert found.read_units <= 10


def test_every_model_uses_the_one_client() -> None:
    from chalicelib import modules
    from chalicelib.kernel.dynamo import client, pynamodb_internals

    clients = {id(pynamodb_internals.table_connection(model).connection.client) for model in modules.tables()}
    assert clients == {id(client.dynamodb())}


def test_a_request_takes_less_cpu_outside_botocore_than_a_bare_handler_takes_in_all(scene: Scene) -> None:
    cost = cpu.cost(scene, "Read an item", "GET", f"/v1/items/{scene.items[0]}")
    assert cost.outside < cost.bare
