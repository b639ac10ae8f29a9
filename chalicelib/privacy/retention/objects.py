"""Objects of the raw bucket that are deleted with a row."""

from chalicelib.kernel import config
from chalicelib.kernel.dynamo import client


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
