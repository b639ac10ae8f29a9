"""CloudFormation's few words, as Python writes them."""

from typing import Any

Resource = dict[str, Any]
Resources = dict[str, Resource]

DAY_SECONDS = 24 * 3600


def ref(logical: str) -> dict[str, str]:
    return {"Ref": logical}


def sub(text: str) -> dict[str, str]:
    """A text with `${...}`. Also how an ARN is put where Chalice wrote one: both use this key, and a merge of two
    different keys would leave both."""
    return {"Fn::Sub": text}


def arn(logical: str) -> dict[str, str]:
    return sub(f"${{{logical}.Arn}}")


def tags(stage: str) -> list[dict[str, str]]:
    """On everything that holds data, for cost reports and for whoever finds it."""
    return [{"Key": "app", "Value": "novex"}, {"Key": "stage", "Value": stage}]


def retained(kind: str, properties: dict[str, Any]) -> Resource:
    """A resource that outlives its stack: deleting the stack, or replacing the resource, deletes no data."""
    return {"Type": kind, "DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain", "Properties": properties}


def plain(kind: str, properties: dict[str, Any]) -> Resource:
    """A resource that its stack may make anew."""
    return {"Type": kind, "DeletionPolicy": "Delete", "UpdateReplacePolicy": "Delete", "Properties": properties}
