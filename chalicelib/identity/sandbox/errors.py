"""Errors of sandboxes."""

from chalicelib.kernel.errors import Conflict


class NotASandbox(Conflict):
    code = "not_a_sandbox"
    title = "Your tenant is no sandbox"
