"""CloudFormation and S3 of the AWS account, as a deployment uses them."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import takewhile
from typing import Any
from uuid import uuid4

import boto3
from botocore.exceptions import ClientError, WaiterError

NEVER_CREATED = ("CREATE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED")
"""States of a stack whose first deployment failed. CloudFormation can only delete it."""
_UNCHANGED = ("didn't contain changes", "No updates are to be performed")
_SHOWN_FAILURES = 5
_PATIENCE = {"Delay": 3, "MaxAttempts": 1200}
"""How often CloudFormation is asked, and for how long: one hour, the longest that a table or an index takes."""

Changes = list[dict[str, Any]]


class DeployError(Exception):
    """Nothing was changed, or CloudFormation rolled it back; the message states the reason."""


@dataclass(frozen=True)
class Upload:
    """A file for the bucket of packages, named by the hash of its content, so the same code is uploaded only once."""

    key: str
    body: bytes

    @classmethod
    def of(cls, folder: str, body: bytes, suffix: str) -> "Upload":
        """The upload of a file to a folder of the bucket."""
        return cls(f"{folder}/{hashlib.sha256(body).hexdigest()}.{suffix}", body)


class Account:
    """The AWS account of the machine's credentials."""

    def __init__(self, session: boto3.Session) -> None:
        self._stacks: Any = session.client("cloudformation")
        self._objects: Any = session.client("s3")

    def output(self, stack: str, name: str) -> str:
        """An output of a stack. DeployError when there is none."""
        try:
            outputs = self.outputs(stack)
        except ClientError as error:
            raise DeployError(f"There is no stack {stack}: run the bootstrap first.") from error
        if name not in outputs:
            raise DeployError(f"The stack {stack} has no output {name}.")
        return outputs[name]

    def outputs(self, stack: str) -> dict[str, str]:
        """All outputs of a stack."""
        found = self._stacks.describe_stacks(StackName=stack)["Stacks"][0].get("Outputs", [])
        return {output["OutputKey"]: output["OutputValue"] for output in found}

    def upload(self, bucket: str, upload: Upload) -> str:
        """Uploads the file unless it exists, and returns its address."""
        try:
            self._objects.head_object(Bucket=bucket, Key=upload.key)
        except ClientError as error:
            if error.response["Error"]["Code"] not in ("404", "NoSuchKey", "NotFound"):
                raise
            self._objects.put_object(Bucket=bucket, Key=upload.key, Body=upload.body)
        return f"{self._objects.meta.endpoint_url}/{bucket}/{upload.key}"

    def clear_failed(self, stack: str) -> bool:
        """Deletes the stack if its first deployment failed, which leaves what it retains. Returns whether it did.
        DeployError when CloudFormation cannot delete it."""
        if self._status(stack) not in NEVER_CREATED:
            return False
        self._stacks.delete_stack(StackName=stack)
        waiter = self._stacks.get_waiter("stack_delete_complete")
        try:
            waiter.wait(StackName=stack, WaiterConfig=_PATIENCE)
        except WaiterError as error:
            raise DeployError(self._failure(stack)) from error
        return True

    def propose(
        self, stack: str, parameters: Mapping[str, str], source: Mapping[str, str]
    ) -> tuple[str, Changes] | None:
        """Creates a change set and returns its name and changes; None when there are no changes. Tables and log groups
        of the template's names that belong to no stack are imported into it."""
        name = f"deploy-{uuid4()}"
        self._stacks.create_change_set(
            StackName=stack,
            ChangeSetName=name,
            ChangeSetType="CREATE" if self._status(stack) in ("", "REVIEW_IN_PROGRESS") else "UPDATE",
            Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
            ImportExistingResources=True,
            **source,
        )
        try:
            waiter = self._stacks.get_waiter("change_set_create_complete")
            waiter.wait(StackName=stack, ChangeSetName=name, WaiterConfig=_PATIENCE)
        except WaiterError as error:
            reason = self._describe(stack, name)[0].get("StatusReason", str(error))
            if not any(text in reason for text in _UNCHANGED):
                raise DeployError(f"CloudFormation refused the change set: {reason}") from error
            self._stacks.delete_change_set(StackName=stack, ChangeSetName=name)
            return None
        return name, [change for page in self._describe(stack, name) for change in page.get("Changes", [])]

    def execute(self, stack: str, change_set: str) -> None:
        """Executes a change set and waits. DeployError when it fails; CloudFormation then rolls back."""
        created = self._status(stack) == "REVIEW_IN_PROGRESS"
        self._stacks.execute_change_set(StackName=stack, ChangeSetName=change_set)
        waiter = self._stacks.get_waiter("stack_create_complete" if created else "stack_update_complete")
        try:
            waiter.wait(StackName=stack, WaiterConfig=_PATIENCE)
        except WaiterError as error:
            raise DeployError(self._failure(stack)) from error

    def drifted(self, stack: str, logical_ids: list[str]) -> list[str]:
        """The resources whose properties differ from the template."""
        checked = (
            self._stacks.detect_stack_resource_drift(StackName=stack, LogicalResourceId=name) for name in logical_ids
        )
        drifts = [answer["StackResourceDrift"] for answer in checked]
        return [drift["LogicalResourceId"] for drift in drifts if drift["StackResourceDriftStatus"] == "MODIFIED"]

    def _describe(self, stack: str, change_set: str) -> list[dict[str, Any]]:
        pages = self._stacks.get_paginator("describe_change_set")
        return list(pages.paginate(StackName=stack, ChangeSetName=change_set))

    def _failure(self, stack: str) -> str:
        """The state of a stack, and the first reasons that CloudFormation gives for it."""
        pages = self._stacks.get_paginator("describe_stack_events").paginate(StackName=stack)
        newest_first = (event for page in pages for event in page["StackEvents"])
        reasons = [
            f"{event['LogicalResourceId']}: {event['ResourceStatusReason']}"
            for event in takewhile(lambda event: not _is_start(event), newest_first)
            if event["ResourceStatus"].endswith("FAILED") and "ResourceStatusReason" in event
        ]
        return "\n".join([f"{stack} is {self._status(stack)}.", *reasons[: -_SHOWN_FAILURES - 1 : -1]])

    def _status(self, stack: str) -> str:
        try:
            return str(self._stacks.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"])
        except ClientError as error:
            if error.response["Error"]["Code"] != "ValidationError":
                raise
            return ""


def _is_start(event: dict[str, Any]) -> bool:
    """Whether the event is the start of an operation on the stack."""
    starts = ("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS")
    return event["PhysicalResourceId"] == event["StackId"] and event["ResourceStatus"] in starts
