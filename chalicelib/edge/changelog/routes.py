"""The changelog over HTTP."""

from chalicelib.access import permissions
from chalicelib.access.scope import Scope
from chalicelib.edge.changelog import service
from chalicelib.edge.changelog.schemas import Changelog
from chalicelib.edge.endpoint import NoBody, NoQuery, Request, Routes

routes = Routes(__name__, "Changelog", "Incompatible changes and deprecations of this API, with what to do.")


@routes.get(
    "/v1/changelog",
    permission=permissions.SELF,
    scope=Scope.ANY,
)
def read_changelog(_: Request[NoBody, NoQuery]) -> Changelog:
    """Read the incompatible changes and the deprecations of the API, newest first.

    What may change without an entry here is in the compatibility promise of the documentation.
    """
    return service.current()
