"""Raw bodies, exactly as they came, in the raw bucket: `<tenant>/<connection>/<delivery>`.

The key is made from the delivery alone, so a body that is stored again after a crash replaces the one before. A body
whose row was never written is deleted by the lifecycle rule of the bucket (infra/stack/storage.py).
"""

from botocore.exceptions import ClientError

from chalicelib.kernel import config
from chalicelib.kernel.dynamo import client
from chalicelib.kernel.tenant import Tenant


def keep(tenant: Tenant, connection_id: str, delivery: str, body: bytes) -> str:
    """Stores a body and returns its key."""
    key = "/".join((tenant.id, connection_id, delivery))
    client.aws("s3").put_object(
        Bucket=config.current().bucket,
        Key=key,
        Body=body,
        ContentType="application/json",
        ServerSideEncryption="AES256",
    )
    return key


def read(key: str) -> bytes | None:
    """The body; None when it is gone."""
    try:
        reply = client.aws("s3").get_object(Bucket=config.current().bucket, Key=key)
    except ClientError as error:
        if error.response["Error"]["Code"] in ("NoSuchKey", "404"):
            return None
        raise
    return bytes(reply["Body"].read())
