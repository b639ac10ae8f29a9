"""The API reference: Swagger UI, which shows /openapi.json and can call what it shows.

The page loads nothing but files of this folder, each read when somebody first asks for it.
"""

import gzip
from functools import cache
from pathlib import Path

VERSION = "5.35.0"
"""Of Swagger UI, as swagger_ui/source.json has it."""
STYLE = f"docs/swagger-ui-{VERSION}.css"
LIBRARY = f"docs/swagger-ui-{VERSION}.js"
START = "docs/reference.js"
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Of the page alone."""

_FOLDER = Path(__file__).parent
_KEPT = {
    STYLE: _FOLDER / "swagger_ui" / "swagger-ui.css.gz",
    LIBRARY: _FOLDER / "swagger_ui" / "swagger-ui-bundle.js.gz",
    START: _FOLDER / "reference.js",
}


def page() -> str:
    """The page. Its addresses are relative, because a stage's name may come before them."""
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
    """A file that the page loads, by its address there."""
    kept = _KEPT[address]
    found = kept.read_bytes()
    return gzip.decompress(found) if kept.suffix == ".gz" else found
