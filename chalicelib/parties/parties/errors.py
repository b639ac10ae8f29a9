"""Errors of parties."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

import msgspec

from chalicelib.kernel.errors import Conflict


class PartyMerged(Conflict):
    """The party was merged into another one, which is the one to change."""

    code = "party_merged"
    title = "It was merged into another party"
    extra: ClassVar[Mapping[str, Any]] = {
        "merged_into": Annotated[str, msgspec.Meta(description="The party that it was merged into.")]
    }

    def __init__(self, merged_into: str) -> None:
        super().__init__(f"It was merged into {merged_into}; change that one, or undo the merge.")
        self.merged_into = merged_into

    def members(self) -> dict[str, Any]:
        return {"merged_into": self.merged_into}


class MergeNotUndoable(Conflict):
    """A merge can be undone for a day, and the last one first."""

    code = "merge_not_undoable"
    title = "This merge cannot be undone"
