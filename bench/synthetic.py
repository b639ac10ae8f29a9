"""A copy of the product with sixty more modules, to see whether a start depends on how many there are."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
COUNT = 60
STRUCTS = 10
NEIGHBOURS = ("catalog.items", "parties.customers", "inventory.warehouses", "sales.orders", "fulfilment.shipments")
"""Packages that the modules use in turn."""

_MODULE = '''"""The declaration of things {n}."""

from chalicelib.access.roles import READERS
from chalicelib.kernel.declaration import BY_USE_CASES, Module

MODULE = Module(
    "synthetic.m{n}",
    routes="routes",
    tables=("tables",),
    writers={{"things_{n}": BY_USE_CASES}},
    permissions={{"thing_{n}.read": READERS, "thing_{n}.write": READERS}},
)
'''
_TABLES = '''"""Things {n}."""

from chalicelib.kernel.dynamo.attributes import Text, Whole
from chalicelib.kernel.dynamo.model import Document, meta
from chalicelib.kernel.privacy import BUSINESS, IDENTITY


class Thing{n}(Document):
    """Access: by id."""

    Meta = meta("things_{n}")
    entity = "thing_{n}"
    name = Text(IDENTITY)
    code = Text(BUSINESS, null=True)
    count = Whole(BUSINESS, null=True)
'''
_SCHEMAS = '''"""Schemas of things {n}."""

from typing import Annotated

from msgspec import Meta, Struct

Name = Annotated[str, Meta(min_length=1, max_length=80, description="Its name.", examples=["a"])]
'''
_STRUCT = '''

class Thing{n}x{i}(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A part of a thing."""

    name: Name
    code: Annotated[str, Meta(pattern="^[A-Z]{{1,9}}$")] | None = None
    count: Annotated[int, Meta(ge=0)] = 0
    parts: list[{part}] = []
'''
_ROUTES = '''"""Things {n} over HTTP."""

from chalicelib.{neighbour} import service
from chalicelib.edge.endpoint import NoBody, NoQuery, Request, Routes
from chalicelib.synthetic.m{n} import tables
from chalicelib.synthetic.m{n}.schemas import {structs}

routes = Routes(__name__, "Things")
USED = (service, tables, {structs})


@routes.post("/v1/things-{n}", permission="thing_{n}.write")
def create_thing_{n}(request: Request[Thing{n}x9, NoQuery]) -> Thing{n}x9:
    """Add a thing."""
    return request.body


@routes.get("/v1/things-{n}", permission="thing_{n}.read")
def list_things_{n}(request: Request[NoBody, NoQuery]) -> Thing{n}x1:
    """List things."""
    return Thing{n}x1(name="a")


@routes.get("/v1/things-{n}/{{thing_id}}", permission="thing_{n}.read")
def read_thing_{n}(request: Request[NoBody, NoQuery], thing_id: str) -> Thing{n}x2:
    """Read a thing."""
    return Thing{n}x2(name=thing_id)


@routes.patch("/v1/things-{n}/{{thing_id}}", permission="thing_{n}.write")
def update_thing_{n}(request: Request[Thing{n}x3, NoQuery], thing_id: str) -> Thing{n}x3:
    """Change a thing."""
    return request.body


@routes.post("/v1/things-{n}/{{thing_id}}/archive", permission="thing_{n}.write")
def archive_thing_{n}(request: Request[Thing{n}x4, NoQuery], thing_id: str) -> Thing{n}x4:
    """Archive a thing."""
    return request.body
'''


def module_names() -> list[str]:
    """The names of the additional modules."""
    return [f"synthetic.m{number}" for number in range(1, COUNT + 1)]


def write(folder: Path) -> None:
    """Writes the copy with its index, which is where it lies in a package."""
    shutil.copytree(ROOT / "chalicelib", folder / "chalicelib", ignore=shutil.ignore_patterns("__pycache__", "index"))
    shutil.copy(ROOT / "app.py", folder)
    (folder / "infra").mkdir()
    for name in ("__init__.py", "index.py"):
        shutil.copy(ROOT / "infra" / name, folder / "infra")
    added = folder / "chalicelib" / "synthetic"
    added.mkdir()
    (added / "__init__.py").touch()
    for number in range(1, COUNT + 1):
        _write_module(added / f"m{number}", number)
    listed = folder / "chalicelib" / "modules.py"
    lines = "".join(f'        "{name}",\n' for name in module_names())
    listed.write_text(listed.read_text().replace('        "functions",\n', f'{lines}        "functions",\n'))
    command = [sys.executable, "-m", "infra.index", "chalicelib/index"]
    environment = {**os.environ, "AWS_DEFAULT_REGION": "eu-central-1"}
    environment.pop("NOVEX_INDEX", None)
    subprocess.run(command, cwd=folder, env=environment, check=True)


def _write_module(folder: Path, number: int) -> None:
    structs = [f"Thing{number}x{index}" for index in range(STRUCTS)]
    schemas = [_STRUCT.format(n=number, i=index, part=["str", *structs][index]) for index in range(STRUCTS)]
    neighbour = NEIGHBOURS[number % len(NEIGHBOURS)]
    files = {
        "__init__.py": "",
        "module.py": _MODULE.format(n=number),
        "tables.py": _TABLES.format(n=number),
        "schemas.py": _SCHEMAS.format(n=number) + "".join(schemas),
        "routes.py": _ROUTES.format(n=number, neighbour=neighbour, structs=", ".join(structs)),
    }
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text)
