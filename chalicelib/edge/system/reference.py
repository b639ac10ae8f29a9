"""The API reference: Swagger UI, which shows /openapi.json and can call what it shows.

The page loads nothing but its own files, and they are in this folder. Nothing here is read before somebody asks for it.
"""

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Of the page alone."""

_FOLDER = Path(__file__).parent
_FILES = {
    "swagger-ui.css": _FOLDER / "swagger_ui" / "swagger-ui.css.gz",
    "swagger-ui-bundle.js": _FOLDER / "swagger_ui" / "swagger-ui-bundle.js.gz",
    "reference.js": _FOLDER / "reference.js",
}
_MEDIA_TYPES = {".css": "text/css", ".js": "text/javascript"}


@dataclass(frozen=True, slots=True)
class Asset:
    """A file that the page loads. Its name holds the hash of its content, so what has that name never changes."""

    name: str
    media_type: str
    content: bytes


def page() -> str:
    """The page. Its addresses are relative: it may lie below a stage's name."""
    style, library, start = (f"docs/{_asset(file).name}" for file in _FILES)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>NovexERP API</title>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<link rel="icon" href="data:,">\n<link rel="stylesheet" href="{style}">\n</head>\n<body>\n'
        '<main id="reference" data-document="openapi.json"></main>\n'
        '<noscript>This page needs JavaScript. It shows <a href="openapi.json">openapi.json</a>.</noscript>\n'
        f'<script src="{library}"></script>\n<script src="{start}"></script>\n</body>\n</html>\n'
    )


def asset(name: str) -> Asset | None:
    """The file that the page loads by that name."""
    return next((found for found in map(_asset, _FILES) if found.name == name), None)


@cache
def _asset(file: str) -> Asset:
    source = _FILES[file]
    content = source.read_bytes()
    if source.suffix == ".gz":
        content = gzip.decompress(content)
    stem, suffix = Path(file).stem, Path(file).suffix
    return Asset(f"{stem}-{hashlib.sha256(content).hexdigest()[:16]}{suffix}", _MEDIA_TYPES[suffix], content)
