"""Errors of sub-processors and processor terms."""

from chalicelib.kernel.errors import Conflict


class TermsMissing(Conflict):
    """The operator has not supplied the text yet."""

    code = "processor_terms_missing"
    title = "There are no processor terms yet: the operator has to supply them"


class NoticeOver(Conflict):
    """The change is in force, so it is too late to object within the notice."""

    code = "notice_over"
    title = "The notice of this change is over"
