"""The bucket of raw webhook bodies, and of the files of imports and exports. The retention sweep deletes them with all
versions, and records it.

The bucket's lifecycle rules delete bodies and files that the sweep does not find, because nothing names them.
"""

from typing import Any

from chalicelib.bulk.objects import KEPT_DAYS, PREFIX
from infra.stack.values import Resources, arn, ref, retained, sub, tags

NONCURRENT_DAYS = 7
NET_DAYS = 40
"""Longer than the retention rule of the rows, so that the sweep finds the objects even if it is some days late."""


def resources(stage: str, origin: str) -> Resources:
    """The bucket: private, encrypted, versioned, with access by TLS only. Pages of `origin` may send signed forms and
    open signed links."""
    return {
        "Bucket": retained("AWS::S3::Bucket", _bucket(stage, origin)),
        "BucketPolicy": {
            "Type": "AWS::S3::BucketPolicy",
            "Properties": {"Bucket": ref("Bucket"), "PolicyDocument": _tls_only()},
        },
    }


def _bucket(stage: str, origin: str) -> dict[str, Any]:
    return {
        "BucketName": sub(f"novex-{stage}-${{AWS::AccountId}}-${{AWS::Region}}"),
        "BucketEncryption": {
            "ServerSideEncryptionConfiguration": [{"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
        },
        "PublicAccessBlockConfiguration": {
            "BlockPublicAcls": True,
            "BlockPublicPolicy": True,
            "IgnorePublicAcls": True,
            "RestrictPublicBuckets": True,
        },
        "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
        "VersioningConfiguration": {"Status": "Enabled"},
        "LifecycleConfiguration": {
            "Rules": [
                {
                    "Id": "old-versions",
                    "Status": "Enabled",
                    "ExpiredObjectDeleteMarker": True,
                    "NoncurrentVersionExpiration": {"NoncurrentDays": NONCURRENT_DAYS},
                    "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": NONCURRENT_DAYS},
                },
                {"Id": "orphans", "Status": "Enabled", "ExpirationInDays": NET_DAYS},
                {
                    "Id": "bulk-files",
                    "Status": "Enabled",
                    "Prefix": PREFIX,
                    "ExpirationInDays": KEPT_DAYS,
                    "NoncurrentVersionExpiration": {"NoncurrentDays": 1},
                },
            ]
        },
        "CorsConfiguration": {
            "CorsRules": [
                {"AllowedOrigins": [origin], "AllowedMethods": ["GET", "POST"], "AllowedHeaders": ["*"], "MaxAge": 600}
            ]
        },
        "Tags": tags(stage),
    }


def _tls_only() -> dict[str, Any]:
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "TlsOnly",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:*",
                "Resource": [arn("Bucket"), sub("${Bucket.Arn}/*")],
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            }
        ],
    }
