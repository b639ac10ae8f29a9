"""What docs/ says about budgets, errors, permissions and tables is what the code says."""

import pytest

from bench import page
from tests.docs import made
from tests.world import World


@pytest.mark.parametrize("block", made.BLOCKS, ids=lambda block: f"{block[0]}: {block[1]}")
def test_a_made_block_is_up_to_date(world: World, block: made.Block) -> None:
    assert page.read(*block) == made.BLOCKS[block](), "run: python -m tests.docs.made"
