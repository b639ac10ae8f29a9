"""What of a row is of a person.

A row is linked to the person when it names one of his documents, or is one. Of a linked row all blocks are his that
name nobody else; of other rows those that have his address or number, and those that have his name only perhaps:
somebody has to decide.
"""

from collections.abc import Sequence

from chalicelib.kernel.privacy import DataClass
from chalicelib.privacy.persons.content import ROW, Block, Leaf
from chalicelib.privacy.persons.schemas import FindingPortion, FindingSign
from chalicelib.privacy.persons.sought import Matcher, Sought, told

CERTAIN = frozenset({FindingSign.DOCUMENT, FindingSign.CONTACT})
"""Signs that need nobody's decision."""


def portions(matcher: Matcher, blocks: Sequence[Block], *, is_linked: bool, is_own: bool) -> list[FindingPortion]:
    """The parts of a row that are the person's. is_own: whether the row as a whole is one of his documents."""
    found = [
        FindingPortion(
            path=list(block.path), fields=list(dict.fromkeys(leaf.field for leaf in block.leaves)), sign=sign
        )
        for block in blocks
        if (sign := _of_block(matcher, block, is_linked, is_own)) is not None
    ]
    is_near = any(each.sign is FindingSign.CONTACT for each in found)
    for leaf in (leaf for block in blocks for leaf in block.texts):
        sign = _of_text(matcher, leaf, is_linked=is_linked, is_near=is_near)
        if sign is not None:
            found.append(FindingPortion(path=list(leaf.path), fields=[leaf.field], sign=sign))
    return found


def learned(blocks: Sequence[Block]) -> Sought:
    """What a document about one person tells of him: what it calls him, and how he is reached."""
    names = [" ".join(block.names) for block in blocks if block.path == ROW and block.names]
    return told(names, [leaf.value for leaf in _of_itself(blocks) if leaf.field_class.data_class is DataClass.CONTACT])


def is_reached(matcher: Matcher, blocks: Sequence[Block]) -> bool:
    """Whether the person of a document is reached by the person's address or number."""
    return any(matcher.is_contact(leaf.value) for leaf in _of_itself(blocks))


def in_text(matcher: Matcher, text: str) -> FindingSign | None:
    """Why a text of any kind is about the person; None when it is not."""
    if matcher.tells_contact(text):
        return FindingSign.CONTACT
    return FindingSign.NAME if matcher.tells_name(text) else None


def _of_itself(blocks: Sequence[Block]) -> list[Leaf]:
    """The fields of a document about one person in which nobody else is named."""
    own = Matcher(Sought(names=[" ".join(block.names) for block in blocks if block.path == ROW]))
    his = (block for block in blocks if block.path == ROW or not block.names or own.is_name(*block.names))
    return [leaf for block in his for leaf in block.leaves]


def _of_block(matcher: Matcher, block: Block, is_linked: bool, is_own: bool) -> FindingSign | None:
    if not block.leaves:
        return None
    if any(matcher.is_contact(leaf.value) for leaf in block.leaves):
        return FindingSign.CONTACT
    if is_own and block.path == ROW:
        return FindingSign.DOCUMENT
    if is_linked and not block.names:
        return FindingSign.DOCUMENT
    if not block.names or not matcher.is_name(*block.names):
        return None
    return FindingSign.DOCUMENT if is_linked else FindingSign.NAME


def _of_text(matcher: Matcher, leaf: Leaf, *, is_linked: bool, is_near: bool) -> FindingSign | None:
    if is_linked:
        return FindingSign.DOCUMENT
    sign = in_text(matcher, leaf.value)
    return FindingSign.NEAR if sign is None and is_near else sign
