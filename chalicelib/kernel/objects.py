"""Objects of the bucket, in which all versions of them are kept until they are deleted."""

from datetime import datetime, timedelta
from typing import IO

from botocore.exceptions import ClientError

from chalicelib.kernel import clock, config
from chalicelib.kernel.dynamo import client

LINK_SECONDS = 300
"""How long a link is good."""


def put(key: str, body: bytes | IO[bytes], media_type: str) -> None:
    """Stores an object in the place of an earlier one."""
    client.aws("s3").put_object(
        Bucket=config.current().bucket, Key=key, Body=body, ContentType=media_type, ServerSideEncryption="AES256"
    )


def get(key: str) -> bytes | None:
    """A whole object; None when there is none."""
    try:
        reply = client.aws("s3").get_object(Bucket=config.current().bucket, Key=key)
    except ClientError as error:
        if is_missing(error):
            return None
        raise
    return bytes(reply["Body"].read())


def is_missing(error: ClientError) -> bool:
    """Whether the error says that there is no such object."""
    return error.response["Error"]["Code"] in ("NoSuchKey", "404")


def delete(key: str) -> None:
    """Deletes every version of an object and its delete markers: in a versioned bucket a plain delete keeps them."""
    storage, bucket = client.aws("s3"), config.current().bucket
    position: dict[str, str] = {}
    while True:
        listed = storage.list_object_versions(Bucket=bucket, Prefix=key, **position)
        for entry in (*listed.get("Versions", ()), *listed.get("DeleteMarkers", ())):
            if entry["Key"] == key:
                storage.delete_object(Bucket=bucket, Key=key, VersionId=entry["VersionId"])
        if not listed.get("IsTruncated"):
            return
        position = {"KeyMarker": listed["NextKeyMarker"], "VersionIdMarker": listed["NextVersionIdMarker"]}


def link(key: str, name: str, media_type: str) -> tuple[str, datetime]:
    """A URL under which a browser saves the object as `name`, and until when it is good."""
    asked = {
        "Bucket": config.current().bucket,
        "Key": key,
        "ResponseContentType": media_type,
        "ResponseContentDisposition": f'attachment; filename="{name}"',
    }
    url: str = client.aws("s3").generate_presigned_url("get_object", Params=asked, ExpiresIn=LINK_SECONDS)
    return url, clock.real() + timedelta(seconds=LINK_SECONDS)
