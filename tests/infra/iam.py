"""IAM in small: which actions on which resources a call to AWS needs, and whether a policy allows them."""

from fnmatch import fnmatchcase
from typing import Any

from chalicelib.kernel import config
from infra.stack.names import wake_queue_id

PREFIX = {"${AWS::Partition}": "aws", "${AWS::Region}": "r", "${AWS::AccountId}": "1"}
_TRANSACTION = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}
Need = tuple[str, str]


def needs(service: str, operation: str, sent: dict[str, Any]) -> set[Need]:
    """(action, resource) pairs of one call."""
    if service == "dynamodb":
        return _dynamodb(operation, sent)
    if service == "sqs":
        # A permission for single messages is one for batches of them.
        return {(f"sqs:{operation.removesuffix('Batch')}", f"queue {sent['QueueUrl']}")}
    if service == "s3":
        return _s3(operation, sent)
    if operation == "ListSecrets":
        return {("secretsmanager:ListSecrets", "*")}
    arn = f"arn:aws:secretsmanager:r:1:secret:{sent.get('SecretId') or sent['Name']}-AbCdEf"
    tagging = {("secretsmanager:TagResource", arn)} if sent.get("Tags") else set()
    return {(f"secretsmanager:{operation}", arn)} | tagging


def _dynamodb(operation: str, sent: dict[str, Any]) -> set[Need]:
    if operation == "TransactWriteItems":
        actions = [(kind, action["TableName"]) for item in sent["TransactItems"] for kind, action in item.items()]
        return {(f"dynamodb:{_TRANSACTION[kind]}", _table(name)) for kind, name in actions}
    if operation in ("BatchGetItem", "BatchWriteItem"):
        return {(f"dynamodb:{operation}", _table(name)) for name in sent["RequestItems"]}
    place = _table(sent["TableName"])
    return {(f"dynamodb:{operation}", f"{place}/index/{sent['IndexName']}" if sent.get("IndexName") else place)}


def _s3(operation: str, sent: dict[str, Any]) -> set[Need]:
    if operation == "ListObjectVersions":
        return {("s3:ListBucketVersions", "bucket")}
    operation = "GetObject" if operation == "HeadObject" else operation
    version = "Version" if operation in ("DeleteObject", "GetObject") and sent.get("VersionId") else ""
    return {(f"s3:{operation}{version}", f"bucket/{sent['Key']}")}


def _table(name: str) -> str:
    return f"arn:aws:dynamodb:r:1:table/{name}"


def is_allowed(policy: dict[str, Any], need: Need) -> bool:
    """Allowed by a statement and denied by none."""
    effects = {entry["Effect"] for entry in policy["Statement"] if _matches(entry, need)}
    return effects == {"Allow"}


def _matches(statement: dict[str, Any], need: Need) -> bool:
    action, resource = need
    return action in statement["Action"] and any(
        fnmatchcase(resource, _concrete(pattern)) for pattern in statement["Resource"]
    )


def _concrete(pattern: Any) -> str:
    if isinstance(pattern, str):
        return pattern
    current = config.current()
    text = str(pattern["Fn::Sub"])
    names = PREFIX | {
        "${Stage}": current.stage,
        "${InboxQueue.Arn}": f"queue {current.inbox_queue_url}",
        "${JobsQueue.Arn}": f"queue {current.jobs_queue_url}",
        "${Bucket.Arn}": "bucket",
    }
    names |= {f"${{{wake_queue_id(name)}.Arn}}": f"queue {url}" for name, url in current.wake_queue_urls.items()}
    for name, value in names.items():
        text = text.replace(name, value)
    return text
