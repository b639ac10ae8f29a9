"""The texts of the versions: read from their files, and taken apart into sentences.

A text has lines `# Title` and `[name] Sentence.`; names of sentences are unique and stay the same over versions, so
that docs/privacy.md can say what each promise is kept by.
"""

import hashlib
import re
from functools import cache
from pathlib import Path

from chalicelib.privacy.policy.schemas import PolicySection, PolicySentence
from chalicelib.privacy.policy.versions import Version

FOLDER = Path(__file__).parent / "released"
_SENTENCE = re.compile(r"\[([a-z]+(?:-[a-z]+)*)\] (\S.*)")
_TITLE = "# "


def read(version: Version) -> str:
    """The text of a version. RuntimeError when it is not the one that was released."""
    return _read(FOLDER / f"{version.number}.txt", version.content_hash)


@cache
def _read(file: Path, content_hash: str) -> str:
    content = file.read_bytes()
    if hashlib.sha256(content).hexdigest() != content_hash:
        raise RuntimeError(f"{file.name} is not the text that was released")
    return content.decode()


@cache
def sections(text: str) -> list[PolicySection]:
    """The sections of a text. ValueError for a line in another form, a sentence before the first title, or a name that
    occurs twice."""
    found: list[PolicySection] = []
    names: set[str] = set()
    for line in filter(None, text.splitlines()):
        if line.startswith(_TITLE):
            found.append(PolicySection(line.removeprefix(_TITLE), []))
            continue
        sentence = _SENTENCE.fullmatch(line)
        if sentence is None or not found or sentence[1] in names:
            raise ValueError(f"not a line of a policy: {line}")
        names.add(sentence[1])
        found[-1].sentences.append(PolicySentence(sentence[1], sentence[2]))
    return found
