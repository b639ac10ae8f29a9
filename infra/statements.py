"""Statements of IAM policies, and the ARNs in them as the template writes them."""

from collections.abc import Sequence
from typing import Any

from chalicelib.bulk.objects import PREFIX
from chalicelib.privacy.persons.packages import PREFIX as PACKAGES

Statement = dict[str, Any]


def sub(text: str) -> dict[str, str]:
    """A string of the template in which `${...}` is substituted."""
    return {"Fn::Sub": text}


def allow(actions: Sequence[str], *resources: Any) -> Statement:
    """An Allow statement."""
    return {"Effect": "Allow", "Action": list(actions), "Resource": list(resources)}


def deny(actions: Sequence[str], *resources: Any) -> Statement:
    """A Deny statement, which overrides every Allow."""
    return {"Effect": "Deny", "Action": list(actions), "Resource": list(resources)}


def table(plural: str) -> dict[str, str]:
    """The ARN of one table."""
    return sub(f"arn:${{AWS::Partition}}:dynamodb:${{AWS::Region}}:${{AWS::AccountId}}:table/novex-${{Stage}}-{plural}")


def indexes(plural: str) -> dict[str, str]:
    """The ARNs of the table's indexes."""
    return sub(table(plural)["Fn::Sub"] + "/index/*")


def secret(name: str) -> dict[str, str]:
    """The ARN of a secret; Secrets Manager adds six random characters to its name."""
    return sub(
        f"arn:${{AWS::Partition}}:secretsmanager:${{AWS::Region}}:${{AWS::AccountId}}:secret:novex/${{Stage}}/{name}"
    )


def queue(logical: str) -> dict[str, str]:
    """The ARN of a queue of the template."""
    return sub(f"${{{logical}.Arn}}")


def objects() -> dict[str, str]:
    """The ARN of all objects in the bucket."""
    return sub("${Bucket.Arn}/*")


def mail_identity() -> dict[str, str]:
    """The ARN of the domain from which mails are sent."""
    return sub("arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:identity/${MailIdentity}")


def package_objects() -> dict[str, str]:
    """The ARN of the packages of persons' data."""
    return sub(f"${{Bucket.Arn}}/{PACKAGES}*")


def bulk_objects() -> dict[str, str]:
    """The ARN of the files of imports and exports."""
    return sub(f"${{Bucket.Arn}}/{PREFIX}*")
