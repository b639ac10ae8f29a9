"""Refusals of imports."""

from typing import ClassVar

from chalicelib.kernel.errors import Conflict


class NothingUploaded(Conflict):
    """The file of the import is not there."""

    code: ClassVar[str] = "nothing_uploaded"
    title: ClassVar[str] = "Upload the file first"
