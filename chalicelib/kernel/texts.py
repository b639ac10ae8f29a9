"""Types of text fields: what a text may hold, the form in which it is checked and stored, and what is said to whoever
sends another one.

A text is in Unicode's form NFC and has no blanks around it. Characters that nobody sees (zero-width spaces, marks of
the writing direction, soft hyphens) are removed, not refused: they come unnoticed with what people copy from elsewhere,
and with them two names could look alike and differ. Joiners stay between letters of scripts that are written with them.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from msgspec import Meta

_KEY = "text_rule"
# Unicode's Default_Ignorable_Code_Point, without the variation selectors, which change how a character looks.
# The patterns are compiled when the first text needs them: most requests have plain ASCII.
_UNSEEN = (
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000e01f0-\U000e0fff]"
)
# Latin letters are not joined; Persian, Indic scripts and emoji are.
_LOOSE_JOINER = r"(?<![^\x00-\u036f\s\u200c\u200d])[\u200c\u200d]+|[\u200c\u200d]+(?![^\x00-\u036f\s])"
_LINE_BREAK = "\r\n|[\r\x0b\x0c\x85\u2028\u2029]"
_NO_LINE = r"\x00-\x1f\x7f-\x9f\u2028\u2029"
_NO_PROSE = r"\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029"


@dataclass(frozen=True, slots=True)
class Rule:
    """What msgspec's constraints cannot say of a text field.

    says: what to send instead, when a text does not match the field's pattern or is not accepted. form: the form in
    which the text is checked and stored. accepts: whether a text that matches the pattern is right. code: of the field
    error when it is not.
    """

    says: str
    form: Callable[[str], str] = str
    accepts: Callable[[str], bool] | None = None
    code: str = "invalid_format"


def rule_of(extra: dict[str, Any] | None) -> Rule | None:
    """The rule in the `extra` of a field's Meta, if it has one."""
    return (extra or {}).get(_KEY)


def one_line(text: str) -> str:
    """The text in NFC, without characters that nobody sees and without blanks around it."""
    if text.isascii():
        return text.strip()
    seen = re.sub(_LOOSE_JOINER, "", re.sub(_UNSEEN, "", unicodedata.normalize("NFC", text)))
    return unicodedata.normalize("NFC", seen).strip()


def paragraphs(text: str) -> str:
    """Like `one_line`, for a text of several lines, which end in line feeds."""
    return one_line(re.sub(_LINE_BREAK, "\n", text))


def fit_line(text: str | None, most: int) -> str | None:
    """What a line of `most` characters can hold of a text from another system; None when nothing is left."""
    return one_line(re.sub(f"[{_NO_LINE}]", " ", one_line(text or ""))[:most]) or None


def fit_prose(text: str | None, most: int) -> str | None:
    """What a prose field of `most` characters can hold of a text from another system; None when nothing is left."""
    return paragraphs(re.sub(f"[{_NO_PROSE}]", " ", paragraphs(text or ""))[:most]) or None


_SPOKEN = {"{}": "curly brackets"}
"""Characters that would look like a program's in a sentence."""


def line(most: int, *, without: str = "", description: str | None = None, examples: list[str] | None = None) -> Meta:
    """The annotation of a text of one line in any script: 1 to `most` characters, none of them of `without`."""
    others = f" and {_SPOKEN.get(without) or ' '.join(without)}" if without else ""
    return Meta(
        min_length=1,
        max_length=most,
        pattern=f"^[^{_NO_LINE}{without}]*$",
        description=description,
        examples=list(examples or ()) or None,
        extra={_KEY: Rule(f"Leave out line breaks, control characters{others}.", one_line)},
    )


def prose(most: int, *, description: str | None = None) -> Meta:
    """The annotation of a text of several lines in any script, which may be empty."""
    return Meta(
        max_length=most,
        pattern=f"^[^{_NO_PROSE}]*$",
        description=description,
        extra={_KEY: Rule("Leave out control characters.", paragraphs)},
    )


def formatted(
    pattern: str,
    says: str,
    *,
    form: Callable[[str], str] = str,
    accepts: Callable[[str], bool] | None = None,
    code: str = "invalid_format",
    most: int | None = None,
    description: str | None = None,
    examples: list[str] | None = None,
    extra_json_schema: dict[str, Any] | None = None,
) -> Meta:
    """The annotation of a text with a format. `says` tells people what the format is; the rest is as in `Rule`."""
    return Meta(
        pattern=pattern,
        max_length=most,
        description=description,
        examples=list(examples or ()) or None,
        extra_json_schema=extra_json_schema,
        extra={_KEY: Rule(says, form, accepts, code)},
    )
