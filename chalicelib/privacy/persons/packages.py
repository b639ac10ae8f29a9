"""Where the packages of persons' data are, and for how long: `packages/<tenant>/<search>.zip` in the bucket."""

from datetime import datetime, timedelta

from chalicelib.bulk.schemas import DownloadLink
from chalicelib.kernel import clock, objects
from chalicelib.kernel.tenant import Tenant

PREFIX = "packages/"
KEPT_DAYS = 14
"""Then the retention sweep deletes a package."""
_TYPE = "application/zip"


def keep(tenant: Tenant, search_id: str, body: bytes) -> str:
    """Stores a package in the place of an earlier one of the search, and returns its key."""
    key = f"{PREFIX}{tenant.id}/{search_id}.zip"
    objects.put(key, body, _TYPE)
    return key


def link(key: str, packed_at: datetime) -> DownloadLink | None:
    """A link under which a browser saves a package; None when its time is over."""
    if packed_at + timedelta(days=KEPT_DAYS) <= clock.real():
        return None
    url, expires_at = objects.link(key, "your-data.zip", _TYPE)
    return DownloadLink(url=url, expires_at=expires_at)
