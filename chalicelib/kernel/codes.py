"""The form in which codes and names are compared, so that two spellings of one are one."""

import unicodedata

from chalicelib.kernel.texts import one_line

_JOINERS = str.maketrans("", "", "\u200c\u200d")


def folded(text: str) -> str:
    """The text without differences of case, of blanks, and of how Unicode can spell the same character. Equal codes
    have equal folded forms; shown is what was typed."""
    if text.isascii():
        return " ".join(text.split()).casefold()
    plain = unicodedata.normalize("NFD", one_line(text).translate(_JOINERS)).casefold()
    return " ".join(unicodedata.normalize("NFC", plain).split())
