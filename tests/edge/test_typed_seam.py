"""The seam between HTTP and use cases is typed: mypy refuses a view that does not fit its use case."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAD = """
from chalicelib.catalog.items import service
from chalicelib.catalog.items.schemas import Item, ItemChange, ItemQuery, NewItem
from chalicelib.edge.endpoint import NoBody, NoQuery, Request, Routes
from chalicelib.kernel.idempotency import Answer
from chalicelib.kernel.pages import Page
from chalicelib.parties.customers.schemas import NewCustomer
from chalicelib.kernel.use_case import commit

routes = Routes(__name__, "Items")

"""
VIEWS = {
    "the right one": (
        """
def view(request: Request[ItemChange, NoQuery], item_id: str) -> Answer[Item]:
    return request.commit(service.update, item_id, request.body)
""",
        None,
    ),
    "another body": (
        """
def view(request: Request[NewCustomer, NoQuery], item_id: str) -> Answer[Item]:
    return request.commit(service.update, item_id, request.body)
""",
        'Argument 3 to "commit" of "Request" has incompatible type "NewCustomer"; expected "ItemChange"',
    ),
    "an argument too few": (
        """
def view(request: Request[ItemChange, NoQuery], item_id: str) -> Answer[Item]:
    return request.commit(service.update, item_id)
""",
        'Missing positional argument "change" in call to "commit" of "Request"',
    ),
    "another answer": (
        """
def view(request: Request[NewItem, NoQuery]) -> Answer[NewCustomer]:
    return request.commit(service.create, request.body)
""",
        'incompatible type "UseCase[[NewItem], Item]"; expected "UseCase[[NewItem], NewCustomer]"',
    ),
    "another query": (
        """
def view(request: Request[NoBody, NoQuery]) -> Page[Item]:
    return service.page(request.call, request.query)
""",
        'Argument 2 to "page" has incompatible type "NoQuery"; expected "ItemQuery"',
    ),
}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What mypy says of each view, in one run."""
    folder = tmp_path_factory.mktemp("views")
    for number, (source, _) in enumerate(VIEWS.values()):
        (folder / f"view_{number}.py").write_text(HEAD + source)
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--config-file", str(ROOT / "pyproject.toml"), *map(str, folder.iterdir())],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    lines = done.stdout.splitlines()
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return {name: "\n".join(line for line in lines if f"view_{i}.py" in line) for i, name in enumerate(VIEWS)}


@pytest.mark.parametrize("name", VIEWS)
def test_mypy_refuses_a_view_that_does_not_fit_its_use_case(told: dict[str, str], name: str) -> None:
    expected = VIEWS[name][1]
    if expected is None:
        assert told[name] == ""
    else:
        assert expected in told[name]
