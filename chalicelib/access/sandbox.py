"""The time of a sandbox, for what is done for a tenant outside of its requests."""

from collections.abc import Iterator
from contextlib import contextmanager

from chalicelib.access import access_state
from chalicelib.kernel import clock
from chalicelib.kernel.tenant import Tenant

_MOST_KNOWN = 10_000
_ordinary: set[str] = set()
"""Tenants that are no sandboxes. They never become one, so each costs one read a process."""


@contextmanager
def time_of(tenant: Tenant) -> Iterator[None]:
    """While it lasts, `clock.now` is the time of the tenant: in a sandbox what its clock shows, elsewhere the real
    one."""
    with clock.shown_by(_setting_of(tenant)):
        yield


def _setting_of(tenant: Tenant) -> clock.Setting | None:
    if tenant.id in _ordinary:
        return None
    row = access_state.tenant_row(tenant)
    setting = None if row is None else row.clock_setting()
    if row is not None and setting is None:
        if len(_ordinary) >= _MOST_KNOWN:
            _ordinary.clear()
        _ordinary.add(tenant.id)
    return setting
