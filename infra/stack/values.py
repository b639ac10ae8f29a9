"""CloudFormation's intrinsic functions and common properties."""

from typing import Any

Resource = dict[str, Any]
Resources = dict[str, Resource]

DAY_SECONDS = 24 * 3600


def ref(logical: str) -> dict[str, str]:
    return {"Ref": logical}


def sub(text: str) -> dict[str, str]:
    """A text with `${...}`. Also needed to replace an ARN in Chalice's template, which uses the same key: merging a
    different key would keep both."""
    return {"Fn::Sub": text}


def arn(logical: str) -> dict[str, str]:
    return sub(f"${{{logical}.Arn}}")


def tags(stage: str) -> list[dict[str, str]]:
    """The tags of resources with data, for cost reports and identification."""
    return [{"Key": "app", "Value": "novex"}, {"Key": "stage", "Value": stage}]


def retained(kind: str, properties: dict[str, Any]) -> Resource:
    """A resource that is retained when its stack is deleted or the resource is replaced."""
    return {"Type": kind, "DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain", "Properties": properties}


def plain(kind: str, properties: dict[str, Any]) -> Resource:
    """A resource that may be deleted and replaced."""
    return {"Type": kind, "DeletionPolicy": "Delete", "UpdateReplacePolicy": "Delete", "Properties": properties}
