"""The tables, from the same definitions as the local tables."""

from collections.abc import Iterable
from typing import Any

from chalicelib.kernel.dynamo.schema import create_table_request, time_to_live
from chalicelib.kernel.privacy import BACKUP_DAYS
from infra.stack.names import plural_of, table_id
from infra.stack.values import Resources, retained, tags


def resources(models: Iterable[Any], stage: str) -> Resources:
    """A table for each model: retained, encrypted, protected from deletion, with point-in-time recovery."""
    return {table_id(plural_of(model)): retained("AWS::DynamoDB::Table", _table(model, stage)) for model in models}


def _table(model: Any, stage: str) -> dict[str, Any]:
    request = create_table_request(model)
    properties = request | {
        "TableName": f"novex-{stage}-{plural_of(model)}",
        "DeletionProtectionEnabled": True,
        "PointInTimeRecoverySpecification": {
            "PointInTimeRecoveryEnabled": True,
            "RecoveryPeriodInDays": BACKUP_DAYS,
        },
        "SSESpecification": {"SSEEnabled": True, "SSEType": "KMS"},
        "Tags": tags(stage),
    }
    stream = request.get("StreamSpecification")
    if stream:
        properties["StreamSpecification"] = {"StreamViewType": stream["StreamViewType"]}
    expiry = time_to_live(model)
    if expiry:
        properties["TimeToLiveSpecification"] = {"AttributeName": expiry, "Enabled": True}
    return properties
