"""The sample tenants and routes of the tests of conventions."""

from tests.contract.conftest import ours, routes, theirs

__all__ = ["ours", "routes", "theirs"]
