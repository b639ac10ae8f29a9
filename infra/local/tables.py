"""Creates the product's tables in the local engine, from the product's definitions."""

from __future__ import annotations

from typing import Any

from infra.local.failure import LocalFailureError


def create_tables(dynamodb: Any) -> int:
    """Creates the tables that are missing and returns how many.

    Raises LocalFailureError when an existing table has other keys or indexes than its definition, because the data is
    from another version of the product.
    """
    from chalicelib import modules
    from chalicelib.kernel.dynamo.schema import create_table_request

    present: set[str] = set()
    for page in dynamodb.get_paginator("list_tables").paginate():
        present.update(page["TableNames"])
    created = 0
    for model in modules.tables():
        request = create_table_request(model)
        if request["TableName"] not in present:
            dynamodb.create_table(**request)
            created += 1
        elif not _same(dynamodb.describe_table(TableName=request["TableName"])["Table"], request):
            raise LocalFailureError(
                f"Table {request['TableName']} in the local data is of another version; run `make reset`."
            )
    return created


def _same(table: dict[str, Any], request: dict[str, Any]) -> bool:
    return bool(_shape(table) == _shape(request))


def _shape(table: dict[str, Any]) -> Any:
    indexes = {
        index["IndexName"]: (index["KeySchema"], index["Projection"])
        for index in table.get("GlobalSecondaryIndexes") or []
    }
    return table["KeySchema"], indexes, table.get("StreamSpecification", {}).get("StreamViewType")
