"""The README's tour and the examples of the pages for callers, pasted into a shell beside one backend of `make run`."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra import guides
from infra.local.ports import free_port
from tests.docs import pages
from tests.local.test_run import run

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of the backend, which runs on."""
    folder = tmp_path_factory.mktemp("tour") / "data"
    with run(folder, free_port(2), signal.SIGINT):
        yield folder


@pytest.mark.parametrize("page", ["README.md", *guides.PAGES, "docs/privacy.md"])
def test_every_block_of_a_page_works_when_pasted(page: str, data: Path) -> None:
    outputs = pages.run(page, {"NOVEX_LOCAL_DATA": str(data)})
    for block, output in zip(pages.blocks(page), outputs, strict=True):
        assert not pages.missing(block, output), f"{block.source}\nprinted\n{output}"
