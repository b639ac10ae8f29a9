"""The README's tour and the examples of docs/api.md, pasted into a shell beside a backend that `make run` started."""

import signal
from pathlib import Path

from infra.local.ports import free_port
from tests.docs import pages
from tests.local.test_run import run


def test_every_block_of_the_tour_and_of_the_api_page_works_when_pasted(tmp_path: Path) -> None:
    data, port = tmp_path / "data", free_port(2)
    environment = {"NOVEX_LOCAL_DATA": str(data), "URL": f"http://127.0.0.1:{port}"}
    with run(data, port, signal.SIGINT):
        for page in ("README.md", "docs/api.md"):
            outputs = pages.run(page, environment)
            for block, output in zip(pages.blocks(page), outputs, strict=True):
                assert not pages.missing(block, output), f"{page}\n{block.source}\nprinted\n{output}"
