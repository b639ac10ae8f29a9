"""The API reference: Scalar, which shows /openapi.json and the guides, and can call the operations.

The page loads only files of this folder, each of which is read at its first request.
"""

import gzip
import html
from functools import cache
from pathlib import Path

VERSION = "1.72.1"
"""The version of Scalar, as in scalar/source.json."""
LIBRARY = f"docs/scalar-{VERSION}.js"
START = "docs/reference.js"
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""For the page only; other responses have the API's common policy. Scalar's script holds its styles and adds them to
the page, so inline styles are allowed; they can load nothing from other hosts either."""

_FOLDER = Path(__file__).parent
_FILES = {LIBRARY: _FOLDER / "scalar" / "scalar.js.gz", START: _FOLDER / "reference.js"}


@cache
def page() -> str:
    """The HTML page. Its URLs are relative, because the path may begin with the stage's name."""
    guides = html.escape((_FOLDER / "guides.md").read_text(encoding="utf-8"))
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>NovexERP API</title>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<link rel="icon" href="data:,">\n'
        '</head>\n<body>\n<div id="reference" data-document="openapi.json"></div>\n'
        '<noscript>This page needs JavaScript. It shows <a href="openapi.json">openapi.json</a>.</noscript>\n'
        f'<pre id="guides" hidden>\n{guides}</pre>\n'
        f'<script src="{LIBRARY}"></script>\n<script src="{START}"></script>\n</body>\n</html>\n'
    )


@cache
def content(address: str) -> bytes:
    """The content of a file that the page loads, by its URL in the page."""
    file = _FILES[address]
    found = file.read_bytes()
    return gzip.decompress(found) if file.suffix == ".gz" else found
