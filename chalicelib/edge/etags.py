"""Entity tags (RFC 9110 8.8.3): the version of a document, or a hash of another answer."""

import hashlib
import re
from collections.abc import Iterable
from itertools import pairwise
from typing import Literal

from chalicelib.kernel.call import IfMatch

_TAG = r'(?:W/)?"[\x21\x23-\x7e]*"'
_PARTS = re.compile(rf"{_TAG}|\S")
_VERSION = re.compile(r'"(\d{1,12})(?:\.[0-9a-f]+)?"')
PATTERN = rf"^(\*|{_TAG}(\s*,\s*{_TAG})*)$"
"""The regular expression of If-Match and If-None-Match."""


def of_version(version: int) -> str:
    """The tag of a document's version."""
    return f'"{version}"'


def of_part(version: int, body: bytes) -> str:
    """The tag of an answer that shows a document otherwise than all callers see it: the version, and a hash."""
    return f'"{version}.{_hash(body)}"'


def of_form(tag: str, body: bytes) -> str:
    """The tag of an answer with this tag that is sent in another form."""
    version = _VERSION.fullmatch(tag)
    return of_part(int(version[1]), body) if version else of_body(body)


def of_body(body: bytes) -> str:
    """The tag of an answer without a version; weak, because only If-None-Match has a use for it."""
    return f'W/"{_hash(body)}"'


def _hash(body: bytes) -> str:
    return hashlib.blake2b(body, digest_size=12).hexdigest()


def parse(header: str) -> Literal["*"] | list[str] | None:
    """The tags of If-Match or If-None-Match, or `*`; None when the header is neither. Empty elements of the list do not
    count (RFC 9110 5.6.1.2)."""
    if header.strip() == "*":
        return "*"
    parts: list[str] = _PARTS.findall(header)
    tags = [part for part in parts if len(part) > 1]
    is_list = all(len(part) > 1 or part == "," for part in parts)
    is_separated = not any(len(one) > 1 and len(other) > 1 for one, other in pairwise(parts))
    return tags if tags and is_list and is_separated else None


def versions(tags: Literal["*"] | Iterable[str]) -> IfMatch:
    """The versions that If-Match names. A weak tag never matches (RFC 9110 13.1.1), and no other tag is ours."""
    if tags == "*":
        return "*"
    return frozenset(int(found[1]) for found in map(_VERSION.fullmatch, tags) if found)


def is_unchanged(if_none_match: str | None, tag: str) -> bool:
    """Whether If-None-Match names the tag, by the weak comparison (RFC 9110 13.1.2). A header that is no list of tags
    is ignored."""
    named = parse(if_none_match) if if_none_match is not None else None
    return named == "*" or (named is not None and _opaque(tag) in map(_opaque, named))


def _opaque(tag: str) -> str:
    return tag.removeprefix("W/")
