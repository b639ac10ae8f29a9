"""The clients of AWS."""

import json
from pathlib import Path

import botocore
import pytest
from botocore.loaders import JSONFileLoader

from chalicelib.kernel.dynamo import client
from infra.bundle import SERVICES

DATA = Path(botocore.__file__).parent / "data"
FILES = [path for name in SERVICES for path in (DATA / name).rglob("*.json*")] + list(DATA.glob("*.json*"))


@pytest.mark.parametrize("file", FILES, ids=lambda path: str(path.relative_to(DATA)))
def test_botocores_descriptions_are_read_as_botocore_reads_them(file: Path) -> None:
    name = str(file).removesuffix(".gz").removesuffix(".json")
    read = client.session().get_component("data_loader").file_loader.load_file(name)
    assert json.dumps(read) == json.dumps(JSONFileLoader().load_file(name))


def test_a_description_that_is_not_there_is_none() -> None:
    assert client.session().get_component("data_loader").file_loader.load_file(str(DATA / "nothing")) is None
