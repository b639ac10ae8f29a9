"""The bucket of raw webhook bodies. The retention sweep deletes them with all versions, and records it.

The bucket's lifecycle rule deletes bodies that the sweep does not find, because their delivery has no row.
"""

from typing import Any

from infra.stack.values import Resources, arn, ref, retained, sub, tags

NONCURRENT_DAYS = 7
NET_DAYS = 40
"""Longer than the retention rule of the rows, so that the sweep finds the objects even if it is some days late."""


def resources(stage: str) -> Resources:
    """The bucket: private, encrypted, versioned, with access by TLS only."""
    return {
        "Bucket": retained("AWS::S3::Bucket", _bucket(stage)),
        "BucketPolicy": {
            "Type": "AWS::S3::BucketPolicy",
            "Properties": {"Bucket": ref("Bucket"), "PolicyDocument": _tls_only()},
        },
    }


def _bucket(stage: str) -> dict[str, Any]:
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
