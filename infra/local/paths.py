"""API Gateway's matching of a request's path to the paths of the API."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import unquote

Matched = tuple[str, dict[str, str]]


def match(templates: Iterable[str], path: str) -> Matched | None:
    """The template that the path matches and its parameters, decoded; None when there is none.

    A literal segment is preferred to a parameter, and that to a greedy one (`{proxy+}`). One trailing slash is ignored.
    """
    segments = path.removesuffix("/").split("/")
    for template in sorted(templates, key=_precedence):
        parameters = _parameters(template.removesuffix("/").split("/"), segments)
        if parameters is not None:
            return template, parameters
    return None


def _precedence(template: str) -> list[int]:
    return [segment.startswith("{") + segment.endswith("+}") for segment in template.split("/")]


def _parameters(template: list[str], segments: list[str]) -> dict[str, str] | None:
    if template[-1].endswith("+}") and len(segments) >= len(template):
        rest = "/".join(segments[len(template) - 1 :])
        segments = [*segments[: len(template) - 1], rest]
    if len(template) != len(segments):
        return None
    found: dict[str, str] = {}
    for name, value in zip(template, segments, strict=True):
        if name.startswith("{") and value:
            found[name.strip("{+}")] = unquote(value)
        elif name != value:
            return None
    return found
