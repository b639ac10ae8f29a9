"""Lists and look-ups cost the same however many there are. `python -m bench scaling --full` measures them up
to 100,000."""

from collections import defaultdict

from bench import scaling
from tests.world import World


def test_lists_and_look_ups_cost_the_same_with_few_and_with_many(world: World) -> None:
    costs = defaultdict(set)
    for answer in scaling.measure(world, (200, 1_200), rounds=1):
        costs[answer.question].add((answer.reads, answer.read_units))
    assert {question for question, found in costs.items() if len(found) > 1} == set()
    asked = " ".join(costs)
    words = "SKU", "barcode", "beginning of the name", "Scan", "e-mail", "telephone"
    for word in (*words, "open orders", "wait", "hold", "transit", "shelf", "open shipments"):
        assert word in asked
