"""Which route a path matches.

The gateway knows one greedy path for all routes that need a token, and a literal path for each public route (a door),
so its template does not grow with the routes. Which of the many a request is for is found here.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from chalicelib.kernel.errors import MethodNotAllowed, NotFound

PROTECTED = "/v1/"
"""Where all routes that need a token lie, and no public one: a literal path of the gateway there would hide the greedy
one for its other methods."""
GREEDY = f"{PROTECTED}{{proxy+}}"
"""The gateway's path of all routes that need a token."""
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
"""The methods of each of the gateway's paths: also those without a route, because only this application can say which
there are."""


class Route(msgspec.Struct, frozen=True, array_like=True):
    """A route: method, template of the path, and the module that declares it."""

    method: str
    path: str
    module: str
    is_public: bool


class Found(NamedTuple):
    """The route of a request, and its path parameters."""

    route: Route
    parameters: dict[str, str]


class _Node:
    """The routes whose templates share their first segments. `children` by segment; None stands for a parameter."""

    __slots__ = ("children", "routes")

    def __init__(self) -> None:
        self.children: dict[str | None, _Node] = {}
        self.routes: dict[str, Route] = {}

    def match(self, segments: Sequence[str]) -> Mapping[str, Route]:
        """The routes of the path by method; a literal segment is preferred to a parameter. Empty when none matches."""
        if not segments:
            return self.routes
        first, *rest = segments
        for name in (first, None) if first else ():
            child = self.children.get(name)
            if child is not None and (found := child.match(rest)):
                return found
        return {}


class Router:
    """Finds the route of a path. ValueError for two routes with the same method and path.

    Segments are compared as they are, and an empty one matches nothing; paths are `canonical`.
    """

    def __init__(self, routes: Iterable[Route]) -> None:
        self._root = _Node()
        self.doors: list[str] = []
        """The public paths."""
        for route in routes:
            node = self._root
            for segment in _segments(route.path):
                node = node.children.setdefault(None if segment.startswith("{") else segment, _Node())
            if node.routes.setdefault(route.method, route) is not route:
                raise ValueError(f"two routes for {route.method} {route.path}")
            if route.is_public and route.path not in self.doors:
                self.doors.append(route.path)

    def find(self, method: str, path: str) -> Found:
        """The route of a request; HEAD has the route of GET. NotFound for an unknown path, MethodNotAllowed for another
        method of a known one."""
        segments = _segments(path)
        routes = self._root.match(segments)
        if not routes:
            raise NotFound("There is no such path.")
        route = routes.get("GET" if method == "HEAD" else method)
        if route is None:
            raise MethodNotAllowed(_allowed(routes))
        named = zip(_segments(route.path), segments, strict=True)
        return Found(route, {name[1:-1]: value for name, value in named if name.startswith("{")})

    def template(self, path: str) -> str | None:
        """The template that the path matches, with any method; None when there is none."""
        routes = self._root.match(_segments(path))
        return next((route.path for route in routes.values()), None)


def _allowed(declared: Iterable[str]) -> list[str]:
    """The methods that a path answers: the declared ones, HEAD with GET, and the preflight of browsers."""
    found = {*declared, "OPTIONS"}
    return sorted(found | {"HEAD"} if "GET" in found else found)


def canonical(path: str) -> str:
    """The one spelling of a path: a trailing slash makes no other path, as API Gateway ignores it too."""
    return path.removesuffix("/") if len(path) > 1 else path


def _segments(path: str) -> list[str]:
    if not path.startswith("/"):
        return [path]
    return [] if path == "/" else path.split("/")[1:]
