"""Files of imports and exports in the bucket, below `bulk/`: `bulk/<tenant>/<import or export>/<name>`.

The bucket's lifecycle rule deletes them after KEPT_DAYS (infra/stack/storage.py); the retention sweep deletes
those that rows name, with all versions, and records it. Links to them are signed when they are asked for, and never
stored.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import IO, Any

from botocore.exceptions import ClientError

from chalicelib.bulk.schemas import DownloadLink
from chalicelib.kernel import clock, config, objects
from chalicelib.kernel.dynamo import client
from chalicelib.kernel.tenant import Tenant

PREFIX = "bulk/"
KEPT_DAYS = 7
MOST_UPLOAD_BYTES = 50 * 1024 * 1024
UPLOAD_SECONDS = 3600
_TYPE = "text/csv; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an object, which later uploads do not change."""

    key: str
    id: str
    size: int

    def read(self, begin: int, end: int) -> bytes:
        """The bytes from `begin` up to `end`."""
        reply = client.aws("s3").get_object(
            Bucket=config.current().bucket, Key=self.key, VersionId=self.id, Range=f"bytes={begin}-{end - 1}"
        )
        return bytes(reply["Body"].read())


def key_of(tenant: Tenant, document_id: str, name: str) -> str:
    """The key of a file of an import or export."""
    return f"{PREFIX}{tenant.id}/{document_id}/{name}"


def find(key: str) -> Version | None:
    """The newest version of an object; None when there is none."""
    try:
        reply = client.aws("s3").head_object(Bucket=config.current().bucket, Key=key)
    except ClientError as error:
        if objects.is_missing(error):
            return None
        raise
    return Version(key, reply["VersionId"], reply["ContentLength"])


def put(key: str, body: bytes | IO[bytes]) -> None:
    """Stores a file in the place of an earlier one."""
    objects.put(key, body, _TYPE)


def get(key: str) -> bytes:
    """A whole small file. KeyError when it is gone."""
    body = objects.get(key)
    if body is None:
        raise KeyError(key)
    return body


def upload(key: str) -> tuple[str, dict[str, str]]:
    """The URL and the fields of a form that stores one file under the key, for an hour: at most MOST_UPLOAD_BYTES."""
    made: dict[str, Any] = client.aws("s3").generate_presigned_post(
        Bucket=config.current().bucket,
        Key=key,
        Conditions=[["content-length-range", 1, MOST_UPLOAD_BYTES]],
        ExpiresIn=UPLOAD_SECONDS,
    )
    return made["url"], made["fields"]


def link(key: str, name: str, since: datetime) -> DownloadLink | None:
    """A link under which a browser saves the file as `name`, for five minutes; None when the file, which is of a
    document made at `since`, is kept no longer."""
    if since + timedelta(days=KEPT_DAYS) <= clock.real():
        return None
    url, expires_at = objects.link(key, name, _TYPE)
    return DownloadLink(url=url, expires_at=expires_at)
