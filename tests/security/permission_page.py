"""What docs/permissions.md promises, read from the page as a person reads it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bench import page

_CODE = re.compile(r"`([^`]+)`")
Route = tuple[str, str]
"""Method and path."""


@dataclass(frozen=True)
class PermissionPage:
    """roles: of each permission. permission: of each route. extra: route, permission. hidden: route, fields,
    permission."""

    roles: dict[str, frozenset[str]]
    permission: dict[Route, str]
    extra: list[tuple[Route, str]]
    hidden: list[tuple[Route, list[str], str]]

    def opens(self, role: str, route: Route) -> bool:
        """Whether the page says that the role may call the route."""
        name = self.permission[route]
        return name in ("self", "public") or role in self.roles[name]


def read() -> PermissionPage:
    """The page as it is in docs/."""
    (heads, *rows) = _rows("permissions")
    names = [_CODE.findall(cell)[0] for cell in heads[1:]]
    roles = {
        _CODE.findall(row[0])[0]: frozenset(name for name, mark in zip(names, row[1:], strict=True) if mark == "x")
        for row in rows
    }
    permission = {
        _route(route): _CODE.findall(row[0])[0] for row in list(_rows("routes"))[1:] for route in _CODE.findall(row[1])
    }
    extra = [
        (_route(_CODE.findall(row[0])[0]), _CODE.findall(row[2])[0]) for row in list(_rows("extra permissions"))[1:]
    ]
    hidden = [
        (_route(_CODE.findall(row[0])[0]), _CODE.findall(row[1]), _CODE.findall(row[2])[0])
        for row in list(_rows("hidden fields"))[1:]
    ]
    return PermissionPage(roles, permission, extra, hidden)


def _rows(block: str) -> Iterator[list[str]]:
    for line in page.read("permissions.md", block).splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if not cells[0].startswith("---"):
            yield cells


def _route(text: str) -> Route:
    method, _, path = text.partition(" ")
    return method, path
