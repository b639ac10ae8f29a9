"""Checks of URLs, and decoding of forms. Uses only the standard library, because the authorizer loads it."""

import ipaddress
import urllib.parse

FORM_FIELDS_MAX = 10


def is_protected(url: str) -> bool:
    """Whether `url` is an https URL, or an http URL of the loopback interface, without credentials, query and
    fragment."""
    parts = urllib.parse.urlsplit(url)
    if not parts.hostname or parts.username is not None or parts.fragment or parts.query:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(parts.hostname))


def form_fields(body: bytes) -> list[tuple[str, str]]:
    """The fields of an application/x-www-form-urlencoded body, in order. ValueError when the body is not one."""
    return urllib.parse.parse_qsl(
        body.decode("ascii"), keep_blank_values=True, strict_parsing=True, max_num_fields=FORM_FIELDS_MAX
    )


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
