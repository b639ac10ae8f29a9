"""Checks of URLs, and decoding of paths and forms. Uses only the standard library, because the authorizer loads it."""

import ipaddress
import urllib.parse
from collections.abc import Mapping, Sequence

FORM_FIELDS_MAX = 10
_QUERY_FIELDS_MAX = 100


def is_protected(url: str) -> bool:
    """Whether `url` is an https URL, or an http URL of the loopback interface, without credentials, query and
    fragment."""
    parts = urllib.parse.urlsplit(url)
    if not parts.hostname or parts.username is not None or parts.fragment or parts.query:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(parts.hostname))


def is_web_address(url: str) -> bool:
    """Whether `url` is an https URL of a host, without credentials."""
    try:
        parts = urllib.parse.urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) and parts.username is None and parts.password is None


def parts(url: str) -> tuple[list[str], list[tuple[str, str]]]:
    """The segments of the path of a URL, without the empty ones, and the fields of its query. ValueError when it is no
    URL."""
    found = urllib.parse.urlsplit(url)
    segments = [urllib.parse.unquote(segment) for segment in found.path.split("/") if segment]
    return segments, urllib.parse.parse_qsl(found.query, max_num_fields=_QUERY_FIELDS_MAX)


def form_fields(body: bytes) -> list[tuple[str, str]]:
    """The fields of an application/x-www-form-urlencoded body, in order. ValueError when the body is not one."""
    return urllib.parse.parse_qsl(
        body.decode("ascii"), keep_blank_values=True, strict_parsing=True, max_num_fields=FORM_FIELDS_MAX
    )


def query_string(parameters: Mapping[str, Sequence[str]]) -> str:
    """The query string of the parameters, each with one value or several."""
    return urllib.parse.urlencode(parameters, doseq=True)


def decoded_path(path: str) -> str:
    """The path without percent-encoding."""
    return urllib.parse.unquote(path)


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
