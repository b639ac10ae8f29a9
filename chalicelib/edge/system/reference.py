"""The API reference: Swagger UI, which shows /openapi.json and can call the operations.

The page loads only files of this folder, each of which is read at its first request.
"""

import gzip
from functools import cache
from pathlib import Path

VERSION = "5.35.0"
"""The version of Swagger UI, as in swagger_ui/source.json."""
STYLE = f"docs/swagger-ui-{VERSION}.css"
LIBRARY = f"docs/swagger-ui-{VERSION}.js"
START = "docs/reference.js"
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""For the page only; other responses have the API's common policy."""

_FOLDER = Path(__file__).parent
_FILES = {
    STYLE: _FOLDER / "swagger_ui" / "swagger-ui.css.gz",
    LIBRARY: _FOLDER / "swagger_ui" / "swagger-ui-bundle.js.gz",
    START: _FOLDER / "reference.js",
}


def page() -> str:
    """The HTML page. Its URLs are relative, because the path may begin with the stage's name."""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>NovexERP API</title>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<link rel="icon" href="data:,">\n<link rel="stylesheet" href="{STYLE}">\n</head>\n<body>\n'
        '<main id="reference" data-document="openapi.json"></main>\n'
        '<noscript>This page needs JavaScript. It shows <a href="openapi.json">openapi.json</a>.</noscript>\n'
        f'<script src="{LIBRARY}"></script>\n<script src="{START}"></script>\n</body>\n</html>\n'
    )


@cache
def content(address: str) -> bytes:
    """The content of a file that the page loads, by its URL in the page."""
    file = _FILES[address]
    found = file.read_bytes()
    return gzip.decompress(found) if file.suffix == ".gz" else found
