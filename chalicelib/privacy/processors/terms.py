"""The processor terms (GDPR Art. 28). The text is a lawyer's: `terms.md` beside this file is empty until the operator
puts it there."""

import hashlib
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("terms.md")
MISSING = (
    "The operator has to supply the processor terms (GDPR Art. 28): a lawyer's text, which goes into "
    "chalicelib/privacy/processors/terms.md before the deployment."
)
TO_ACCEPT = "Read the text and accept it with its `terms_version`."
ACCEPTED = "Your tenant has accepted this text."


@cache
def text() -> str | None:
    """The text; None while there is none. A deployment replaces the file together with the process."""
    return _FILE.read_text(encoding="utf-8").strip() or None


def version(content: str) -> str:
    """The content hash of a text, in hexadecimal digits of SHA-256."""
    return hashlib.sha256(content.encode()).hexdigest()
