"""The route of a line of the gateway's access log.

The gateway knows one path for nearly all routes, and refuses requests before the application sees them. So the template
is found here, in the index of the routes; the path itself, with ids and whatever a caller typed, is not stored.
"""

from chalicelib.audit.access_log.schemas import AccessLine
from chalicelib.edge import index
from chalicelib.edge.router import GREEDY, PROTECTED, canonical
from chalicelib.kernel import urls

UNMATCHED = "unmatched"


def of_line(line: AccessLine) -> str:
    """The template of the route that the line is about; UNMATCHED when there is none."""
    path = urls.decoded_path(_without_prefix(line)) if line.route == GREEDY else line.route
    return index.router().template(canonical(path)) or UNMATCHED


def _without_prefix(line: AccessLine) -> str:
    """The raw path without the stage, or the base path of a custom domain."""
    for prefix in (f"/{line.base_path}", f"/{line.stage}"):
        if line.path.startswith(prefix + PROTECTED):
            return line.path.removeprefix(prefix)
    return line.path
