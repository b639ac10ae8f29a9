"""The CreateTable request of a model, which is used for local tables and for the deployed template."""

from typing import Any

from chalicelib.kernel.dynamo import pynamodb_internals
from chalicelib.kernel.dynamo.attributes import Expiry
from chalicelib.kernel.dynamo.model import Row


def create_table_request(model: type[Row]) -> dict[str, Any]:
    """Arguments of DynamoDB's CreateTable: keys, indexes, on-demand billing, stream."""
    schema = pynamodb_internals.schema(model)
    indexes = [
        {
            "IndexName": index["index_name"],
            "KeySchema": _keys(index["key_schema"]),
            "Projection": _projection(index["projection"]),
        }
        for index in schema["global_secondary_indexes"]
    ]
    request: dict[str, Any] = {
        "TableName": model.table_name(),
        "KeySchema": _keys(schema["key_schema"]),
        "AttributeDefinitions": _definitions(schema),
        "BillingMode": "PAY_PER_REQUEST",
    }
    if indexes:
        request["GlobalSecondaryIndexes"] = indexes
    stream = getattr(model.Meta, "stream_view_type", None)
    if stream:
        request["StreamSpecification"] = {"StreamEnabled": True, "StreamViewType": stream}
    return request


def time_to_live(model: type[Row]) -> str | None:
    """The name of the attribute of DynamoDB's time to live, if the table has one."""
    for attribute in model.get_attributes().values():
        if isinstance(attribute, Expiry):
            return str(attribute.attr_name)
    return None


def _keys(schema: Any) -> list[dict[str, str]]:
    """The key schema with the hash key first, as DynamoDB requires."""
    keys = [{"AttributeName": key["AttributeName"], "KeyType": key["KeyType"]} for key in schema]
    return sorted(keys, key=lambda key: key["KeyType"])


def _projection(projection: dict[str, Any]) -> dict[str, Any]:
    result: dict[str, Any] = {"ProjectionType": projection["ProjectionType"]}
    if projection.get("NonKeyAttributes"):
        result["NonKeyAttributes"] = list(projection["NonKeyAttributes"])
    return result


def _definitions(schema: Any) -> list[dict[str, str]]:
    kinds = {entry["AttributeName"]: entry["AttributeType"] for entry in schema["attribute_definitions"]}
    return [{"AttributeName": name, "AttributeType": kind} for name, kind in sorted(kinds.items())]
