"""What of a row is of a person.

A row is linked to the person when it names one of his documents, or is one. Of a linked row all blocks are his that
name nobody else; of other rows those that have his address or number, and those that have his name only perhaps:
somebody has to decide.
"""

from collections.abc import Callable, Iterator
from enum import StrEnum

import msgspec

from chalicelib.kernel.dynamo.model import Row
from chalicelib.kernel.privacy import DataClass
from chalicelib.privacy.persons import content
from chalicelib.privacy.persons.content import ROW, Block, Leaf
from chalicelib.privacy.persons.sought import Matcher, Sought, told


class Sign(StrEnum):
    """Why something is a person's. `document`: it is one of his documents, or belongs to one. `contact`: it has his
    address or number. `name`: it has his name, which others may have too. `near`: it is a text beside what is his."""

    DOCUMENT = "document"
    CONTACT = "contact"
    NAME = "name"
    NEAR = "near"


CERTAIN = frozenset({Sign.DOCUMENT, Sign.CONTACT})
"""Signs that need nobody's decision."""


class Portion(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a row that is a person's. path: of the block or of the free text. fields: which fields it has; no
    values. sign: why."""

    path: list[str | int]
    fields: list[str]
    sign: Sign


def portions(matcher: Matcher, row: Row, *, is_linked: bool, is_own: bool) -> list[Portion]:
    """The parts of a row that are the person's. is_own: whether the row as a whole is one of his documents."""
    blocks = content.blocks(row)
    found = [portion for block in blocks if (portion := _of_block(matcher, block, is_linked, is_own)) is not None]
    has_contact = any(each.sign is Sign.CONTACT for each in found)
    for leaf in (leaf for block in blocks for leaf in block.texts):
        sign = _of_text(matcher, leaf, is_linked=is_linked, is_near=has_contact)
        if sign is not None:
            found.append(Portion(path=list(leaf.path), fields=[leaf.field], sign=sign))
    return found


def learned(matcher: Matcher, row: Row) -> Sought:
    """What the person's own document tells of him: what it calls him, and how he is reached where it names nobody
    else."""
    found = content.blocks(row)
    own = [block for block in found if block.path == ROW]
    also = Matcher(Sought(names=[" ".join(block.names) for block in own]))
    his = [
        block
        for block in found
        if not block.names or matcher.is_name(*block.names) or also.is_name(*block.names) or block in own
    ]
    contacts = [
        leaf.value for block in his for leaf in block.leaves if leaf.field_class.data_class is DataClass.CONTACT
    ]
    return told([" ".join(block.names) for block in own if block.names], contacts)


def has_contact(matcher: Matcher, row: Row) -> bool:
    """Whether the row has the person's address or number in a field of its own or of a structure."""
    return any(matcher.is_contact(leaf.value) for block in content.blocks(row) for leaf in block.leaves)


def in_text(matcher: Matcher, text: str) -> Sign | None:
    """Why a text of any kind is about the person; None when it is not."""
    if matcher.tells_contact(text):
        return Sign.CONTACT
    return Sign.NAME if matcher.tells_name(text) else None


def _of_block(matcher: Matcher, block: Block, is_linked: bool, is_own: bool) -> Portion | None:
    if not block.leaves:
        return None
    sign = None
    if _any(block.leaves, matcher.is_contact):
        sign = Sign.CONTACT
    elif is_own and block.path == ROW:
        sign = Sign.DOCUMENT
    elif is_linked:
        sign = Sign.DOCUMENT if not block.names or matcher.is_name(*block.names) else None
    elif block.names and matcher.is_name(*block.names):
        sign = Sign.NAME
    if sign is None:
        return None
    return Portion(path=list(block.path), fields=list(_fields(block.leaves)), sign=sign)


def _of_text(matcher: Matcher, leaf: Leaf, *, is_linked: bool, is_near: bool) -> Sign | None:
    if is_linked:
        return Sign.DOCUMENT
    sign = in_text(matcher, leaf.value)
    return Sign.NEAR if sign is None and is_near else sign


def _any(leaves: list[Leaf], is_his: Callable[[str], bool]) -> bool:
    return any(is_his(each.value) for each in leaves)


def _fields(leaves: list[Leaf]) -> Iterator[str]:
    return iter(dict.fromkeys(each.field for each in leaves))
