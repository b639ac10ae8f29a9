"""Each sentence of the policy in force is mapped to code and to a test that exist, or says which issue brings them."""

import re

from chalicelib.privacy.policy import texts, versions
from tests.docs.test_security import ROOT, collected

PAGE = ROOT / "docs" / "privacy.md"
_NOT_YET = re.compile(r"`not yet: issue 1[45] section [1-4]`")
_FILE = re.compile(r"`((?:chalicelib|infra)/[\w/]+\.py)`")
_PROOF = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def rows() -> dict[str, tuple[str, str]]:
    """The cells for code and test, by the name of the sentence."""
    _, _, rest = PAGE.read_text().partition("| Sentence | Code | Test |\n| --- | --- | --- |\n")
    found = [line.strip("|").split("|") for line in rest.partition("\n\n")[0].splitlines()]
    assert all(len(cells) == 3 for cells in found)
    return {name.strip().strip("`"): (code.strip(), test.strip()) for name, code, test in found}


def promises() -> list[str]:
    """The names of the sentences of the newest text, in order."""
    text = texts.read(versions.VERSIONS[-1])
    return [sentence.name for section in texts.sections(text) for sentence in section.sentences]


def test_every_sentence_of_the_policy_has_its_row_and_no_row_is_left_over() -> None:
    assert list(rows()) == promises()


def test_every_row_names_code_and_tests_that_exist_or_the_issue_that_brings_them() -> None:
    for name, (code, test) in rows().items():
        if _NOT_YET.fullmatch(code) or _NOT_YET.fullmatch(test):
            assert code == test, name
            continue
        files, proofs = _FILE.findall(code), _PROOF.findall(test)
        assert files and proofs, name
        assert _FILE.sub("", code).replace("<br>", "") == "" and _PROOF.sub("", test).replace("<br>", "") == "", name
        assert [file for file in files if not (ROOT / file).is_file()] == [], name
        assert [f"{module}::{one}" for module, one in proofs if one not in collected(module)] == [], name
