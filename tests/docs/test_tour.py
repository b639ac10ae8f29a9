"""The README's tour and the examples of the pages for callers, pasted into a shell beside a backend of `make run`."""

import signal
from pathlib import Path

import pytest

from infra import guides
from infra.local.ports import free_port
from tests.docs import pages
from tests.local.test_run import run

pytestmark = pytest.mark.long


@pytest.mark.parametrize("page", ["README.md", *guides.PAGES])
def test_every_block_of_a_page_works_when_pasted(page: str, tmp_path: Path) -> None:
    data, port = tmp_path / "data", free_port(2)
    environment = {"NOVEX_LOCAL_DATA": str(data)}
    with run(data, port, signal.SIGINT):
        outputs = pages.run(page, environment)
        for block, output in zip(pages.blocks(page), outputs, strict=True):
            assert not pages.missing(block, output), f"{block.source}\nprinted\n{output}"
