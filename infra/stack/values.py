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
    """A resource that is retained when its stack is deleted or the resource is replaced.

    The rollback of its own creation deletes it, so that the deployment can be repeated; what is protected from deletion
    would fail the rollback, so it stays and the next deployment imports it.
    """
    policy = "Retain" if properties.get("DeletionProtectionEnabled") else "RetainExceptOnCreate"
    return {"Type": kind, "DeletionPolicy": policy, "UpdateReplacePolicy": "Retain", "Properties": properties}


def plain(kind: str, properties: dict[str, Any]) -> Resource:
    """A resource that may be deleted and replaced."""
    return {"Type": kind, "DeletionPolicy": "Delete", "UpdateReplacePolicy": "Delete", "Properties": properties}
