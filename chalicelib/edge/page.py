"""HTML pages for people: one document without scripts, which loads nothing and can be read on a telephone and in the
dark."""

import base64
import hashlib
from html import escape

_STYLE = (
    "body{font:1.05rem/1.6 system-ui,sans-serif;max-width:42rem;margin:0 auto;padding:1rem;color:#1a1a1a;"
    "background:#fff}h1,h2,h3{line-height:1.25}a{color:#0b4fa8}.notice{border-left:.3rem solid #0b4fa8;"
    "padding:.1rem 1rem;background:#eef3fb}dt{font-weight:bold}dd{margin:0 0 .6rem;overflow-wrap:anywhere}"
    "table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.4rem;"
    "border-bottom:1px solid #767676;overflow-wrap:anywhere}"
    "@media(prefers-color-scheme:dark){body{color:#eee;background:#161616}a{color:#8ab8ff}"
    ".notice{background:#22304a}}"
)
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; img-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
}
"""Of these pages; other responses have the API's common policy. A page has one style and no script."""


def document(title: str, body: str) -> str:
    """A page. body: HTML, in which everything that was stored is escaped."""
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{escape(title)}</title>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<link rel="icon" href="data:,">\n'
        f"<style>{_STYLE}</style>\n</head>\n<body>\n{body}</body>\n</html>\n"
    )
