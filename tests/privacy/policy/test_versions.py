"""Released versions of the policy stay as they are, and a material change has its notice."""

import hashlib
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from chalicelib.privacy.policy import texts, versions
from chalicelib.privacy.policy.versions import VERSIONS, Version

RELEASED = Path(__file__).parents[3] / "docs" / "policy" / "released.txt"


def line(version: Version) -> str:
    """A version as docs/policy/released.txt has it."""
    weight = "material" if version.is_material else "minor"
    parts = (version.number, version.content_hash, version.last_updated, version.effective_from, weight)
    return " ".join(map(str, (*parts, version.summary)))


def test_a_released_version_never_changes() -> None:
    """A change needs a new version: a file, an entry in versions.py and a line in docs/policy/released.txt."""
    assert [line(version) for version in VERSIONS] == RELEASED.read_text().splitlines()
    for version in VERSIONS:
        content = (texts.FOLDER / f"{version.number}.txt").read_bytes()
        assert hashlib.sha256(content).hexdigest() == version.content_hash
    assert len(list(texts.FOLDER.iterdir())) == len(VERSIONS)


def test_every_text_is_made_of_titles_and_named_sentences() -> None:
    for version in VERSIONS:
        sections = texts.sections(texts.read(version))
        assert all(section.sentences for section in sections)
        assert all(each.text.endswith(".") for section in sections for each in section.sentences)


@pytest.mark.parametrize(
    "text", ["[early] A sentence.\n", "# A\nno name\n", "# A\n[a] One.\n[a] Two.\n", "# A\n[Bad Name] One.\n"]
)
def test_a_text_in_another_form_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a line of a policy"):
        texts.sections(text)


def test_a_text_that_was_altered_is_not_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "1.txt").write_bytes((texts.FOLDER / "1.txt").read_bytes().replace(b"not sell", b"sell"))
    monkeypatch.setattr(texts, "FOLDER", tmp_path)
    with pytest.raises(RuntimeError, match=r"1\.txt is not the text that was released"):
        texts.read(VERSIONS[0])


def test_a_material_change_is_announced_thirty_days_before_and_one_change_comes_at_a_time() -> None:
    assert versions.defects(VERSIONS) == []


FIRST = Version(1, "a", date(2026, 1, 1), date(2026, 1, 1), False, "")
SECOND = replace(FIRST, number=2, last_updated=date(2026, 2, 1), effective_from=date(2026, 3, 3), is_material=True)


@pytest.mark.parametrize(
    ("second", "says"),
    [
        (SECOND, None),
        (replace(SECOND, effective_from=SECOND.effective_from - timedelta(days=1)), "version 2 is announced too late"),
        (replace(SECOND, is_material=False, effective_from=date(2026, 2, 1)), None),
        (replace(SECOND, is_material=False, effective_from=date(2026, 1, 31)), "version 2 is announced too late"),
        (replace(SECOND, number=3), "the numbers do not count from 1"),
        (
            replace(SECOND, last_updated=date(2025, 12, 1)),
            "version 2 is announced before version 1 is in force",
        ),
    ],
)
def test_a_list_of_versions_that_breaks_a_rule_is_found_out(second: Version, says: str | None) -> None:
    assert versions.defects([FIRST, second]) == ([] if says is None else [says])


def test_before_the_first_version_nothing_is_in_force(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions, "today", lambda: date(2020, 1, 1))
    assert versions.counting() == (0, 0, 0, None)
    assert (versions.in_force(), versions.announced(), versions.readable()) == (None, None, [])
