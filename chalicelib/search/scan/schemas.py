"""API schemas of scanning."""

import re
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.kernel.texts import formatted
from chalicelib.search.scan.gs1 import ScannedData
from chalicelib.search.scan.scanned import ScanMatch


def _as_scanned(code: str) -> str:
    """The code without blanks around it. Its separators stay, also those at its ends."""
    return code.strip(" \t\r\n")


_PATTERN = r"^[^\x00-\x1c\x1e\x1f\x7f-\x9f\u2028\u2029]+$"


def is_code(text: str) -> bool:
    """Whether a text has no characters that no code has."""
    return re.fullmatch(_PATTERN.strip("^$"), text) is not None


ScannedCode = Annotated[
    str,
    formatted(
        _PATTERN,
        "Use the text of the code, without control characters other than GS.",
        form=_as_scanned,
        most=2000,
        description="The text of the scanned code.",
        examples=["4006381333931"],
    ),
]


class ScanQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What was scanned."""

    code: ScannedCode


class ScanAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What a scanned code stands for."""

    code: Annotated[str, Meta(description="The code that was scanned.")]
    gs1: Annotated[
        ScannedData | None,
        Meta(description="What else the code says, if it is a code of GS1 with several parts; null for others."),
    ]
    matches: Annotated[
        list[ScanMatch],
        Meta(description="All things that it stands for and that the caller may see; empty when there are none."),
    ]
