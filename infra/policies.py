"""The IAM policies of the functions, one for each role, written to .chalice/, where `chalice package` reads them.

`python -m infra.policies` writes the files; a test fails when they are not current. They are CloudFormation, which
`chalice deploy` does not support, but it cannot deploy this application anyway. `${Stage}` is the template's parameter.

A function may read what it needs, and write only to tables whose module lists it in `MODULE.writers`, so no function
may write to a new table by default. TransactWriteItems and TransactGetItems are allowed by the actions of their items.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from infra.stack.names import logical_id, plural_of, wake_queue_id
from infra.statements import (
    Statement,
    allow,
    bulk_objects,
    indexes,
    mail_identity,
    objects,
    package_objects,
    queue,
    secret,
    sub,
    table,
)

FOLDER = Path(__file__).resolve().parent.parent / ".chalice"

READ = ("dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:ConditionCheckItem")
CONSUME = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes")


def _wake_queues() -> list[dict[str, str]]:
    """The ARNs of the queues of consumers."""
    return [queue(wake_queue_id(name)) for name in _consumer_queues()]


def _listing() -> Statement:
    """Lists the bucket, because S3 otherwise responds with 403 for a missing object."""
    return allow(("s3:ListBucket",), sub("${Bucket.Arn}"))


def _logs_and_traces(function: str) -> list[Statement]:
    """Logs and traces. X-Ray does not support resources, so its resource is `*`; so is that of listing secrets
    below."""
    return [
        allow(("logs:CreateLogStream", "logs:PutLogEvents"), sub(f"${{{logical_id(function)}LogGroup.Arn}}")),
        allow(("xray:PutTraceSegments", "xray:PutTelemetryRecords"), "*"),
    ]


def _writes(function: str) -> list[Statement]:
    """The writes that the modules allow the function, for each table."""
    rights: dict[tuple[str, ...], list[str]] = {}
    for plural, writers in sorted(_writers().items()):
        named = {
            "PutItem": writers.put,
            "BatchWriteItem": writers.batch,
            "UpdateItem": writers.update,
            "DeleteItem": writers.delete,
        }
        allowed = tuple(f"dynamodb:{action}" for action, functions in named.items() if function in functions)
        if allowed:
            rights.setdefault(allowed, []).append(plural)
    return [allow(actions, *map(table, plurals)) for actions, plurals in sorted(rights.items())]


def _use_cases(function: str) -> list[Statement]:
    """The permissions of use cases: read every table, and write to those whose modules allow it."""
    return [
        allow(READ, table("*")),
        allow(("dynamodb:Query",), indexes("*")),
        *_writes(function),
        allow(("secretsmanager:GetSecretValue",), secret("platform-??????"), secret("search-??????")),
    ]


def _credentials() -> list[Statement]:
    """Writes, reads and deletes the credentials of connections."""
    actions = ("CreateSecret", "TagResource", "GetSecretValue", "PutSecretValue", "DeleteSecret")
    return [allow([f"secretsmanager:{action}" for action in actions], secret("connections/*"))]


def _keycloak() -> list[Statement]:
    """Reads the credentials of novex-admin for Keycloak."""
    return [allow(("secretsmanager:GetSecretValue",), secret("keycloak-admin-??????"))]


def _stream(source: str) -> list[Statement]:
    """Reads the table's stream, and sends records that failed to a queue."""
    return [
        allow(
            ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"),
            sub(table(source)["Fn::Sub"] + "/stream/*"),
        ),
        allow(("sqs:SendMessage",), queue("FeedFailures")),
    ]


def _api_handler() -> list[Statement]:
    """Besides use cases: readiness checks, raw bodies and queue messages of webhooks, Keycloak, the credentials of
    connections, and the files of imports and exports; it signs links with what it may do itself."""
    return [
        *_use_cases("api_handler"),
        *_keycloak(),
        allow(("sqs:GetQueueAttributes",), queue("InboxQueue"), queue("JobsQueue")),
        allow(("sqs:SendMessage",), queue("InboxQueue")),
        allow(("s3:PutObject",), objects()),
        allow(("s3:GetObject", "s3:GetObjectVersion"), bulk_objects()),
        allow(("s3:GetObject",), package_objects()),
        _listing(),
        *_credentials(),
    ]


def _authorize() -> list[Statement]:
    """Only logs: the authorizer accesses no AWS service, only the realm's key set."""
    return []


def _sequence_journal() -> list[Statement]:
    """Numbers entries of the journal and updates the tenant's head."""
    return [
        *_stream("journal"),
        allow(READ, table("journal"), table("heads")),
        allow(("dynamodb:Query",), indexes("journal"), indexes("heads")),
        *_writes("sequence_journal"),
    ]


def _dispatch_changes() -> list[Statement]:
    """Sends wakes to the queues of consumers; reads no table and writes none."""
    return [*_stream("journal"), allow(("sqs:SendMessage",), *_wake_queues())]


def _run_consumers() -> list[Statement]:
    """Consumers run use cases, send mails to persons, and send jobs to their queue; unfinished ones are woken again."""
    return [
        *_use_cases("run_consumers"),
        allow((*CONSUME, "sqs:SendMessage"), *_wake_queues()),
        allow(("sqs:SendMessage",), queue("JobsQueue")),
        allow(("ses:SendEmail",), mail_identity()),
    ]


def _wake_consumers() -> list[Statement]:
    """Finds the consumers that were put off and wakes them."""
    return [
        allow(("dynamodb:Query",), indexes("positions")),
        allow(("sqs:SendMessage",), *_wake_queues(), queue("EventFailures")),
    ]


def _process_inbox() -> list[Statement]:
    """Reads the raw body, runs use cases for the delivery, or sends it to the queue again."""
    bucket = [allow(("s3:GetObject",), objects()), _listing()]
    return [*_use_cases("process_inbox"), allow((*CONSUME, "sqs:SendMessage"), queue("InboxQueue")), *bucket]


def _run_jobs() -> list[Statement]:
    """Runs a step of a job and sends it to the queue again; updates users and tenants in Keycloak; reads and writes the
    files of imports and exports; looks for persons in all files, erases them and packs what is stored of a person."""
    return [
        *_use_cases("run_jobs"),
        *_keycloak(),
        allow((*CONSUME, "sqs:SendMessage"), queue("JobsQueue")),
        allow(("s3:GetObjectVersion", "s3:PutObject"), bulk_objects()),
        allow(("s3:PutObject",), package_objects()),
        allow(("s3:GetObject", "s3:DeleteObject", "s3:DeleteObjectVersion"), objects()),
        allow(("s3:ListBucketVersions",), sub("${Bucket.Arn}")),
        _listing(),
    ]


def _intake_access_log() -> list[Statement]:
    """Writes access-log lines in batches; looks up which tenants there are."""
    return [
        *_writes("intake_access_log"),
        allow(("dynamodb:GetItem",), table("heads")),
        allow(("sqs:SendMessage",), queue("EventFailures")),
    ]


def _reconcile() -> list[Statement]:
    """Repeats work that was lost: numbering, consumers, jobs, deliveries, and deletion of credentials of ended
    connections."""
    return [
        *_use_cases("reconcile"),
        *_credentials(),
        allow(("secretsmanager:ListSecrets",), "*"),
        allow(("sqs:SendMessage",), queue("InboxQueue"), queue("JobsQueue"), *_wake_queues(), queue("EventFailures")),
    ]


def _sweep_retention() -> list[Statement]:
    """Deletes expired rows of the tables that declare a retention rule, with their objects, and records its own
    progress."""
    tables = sorted(plural_of(model) for model in _tables() if model.retention_rules())
    books = [table(plural) for plural, writers in _writers().items() if "sweep_retention" in writers.put]
    return [
        allow((*READ, "dynamodb:Scan", "dynamodb:UpdateItem", "dynamodb:DeleteItem"), *map(table, tables)),
        allow(READ, *books),
        *_writes("sweep_retention"),
        allow(("dynamodb:Query",), table("heads"), indexes("heads")),
        allow(("s3:ListBucketVersions",), sub("${Bucket.Arn}")),
        allow(("s3:DeleteObject", "s3:DeleteObjectVersion"), objects()),
        allow(("sqs:SendMessage",), queue("EventFailures")),
    ]


def _manage_tenants() -> list[Statement]:
    """Creates, suspends and closes tenants; only operators may invoke it."""
    return [*_use_cases("manage_tenants"), *_keycloak()]


def _tables() -> list[Any]:
    from chalicelib import modules  # noqa: PLC0415 - the environment is set first

    return modules.tables()


def _consumer_queues() -> list[str]:
    from chalicelib import modules  # noqa: PLC0415 - the environment is set first

    return modules.consumer_queues()


def _writers() -> dict[str, Any]:
    from chalicelib import modules  # noqa: PLC0415 - the environment is set first

    return modules.writers()


POLICIES: dict[str, Callable[[], list[Statement]]] = {
    "api_handler": _api_handler,
    "authorize": _authorize,
    "sequence_journal": _sequence_journal,
    "dispatch_changes": _dispatch_changes,
    "run_consumers": _run_consumers,
    "wake_consumers": _wake_consumers,
    "process_inbox": _process_inbox,
    "run_jobs": _run_jobs,
    "intake_access_log": _intake_access_log,
    "reconcile": _reconcile,
    "sweep_retention": _sweep_retention,
    "manage_tenants": _manage_tenants,
}


def document(function: str) -> dict[str, Any]:
    """The policy of a function's role. KeyError for a function without a policy."""
    return {"Version": "2012-10-17", "Statement": [*_logs_and_traces(function), *POLICIES[function]()]}


def text(function: str) -> str:
    """The text of the policy's file."""
    return json.dumps(document(function), indent=2) + "\n"


def path(function: str) -> Path:
    """The path of the policy's file, as in `.chalice/config.json`."""
    return FOLDER / f"policy-{function}.json"


def stale() -> list[str]:
    """Functions whose file is missing or differs from this module."""
    return [
        name for name in POLICIES if not path(name).exists() or path(name).read_text(encoding="utf-8") != text(name)
    ]


def main() -> int:
    """Writes the files of all policies."""
    for name in POLICIES:
        path(name).write_text(text(name), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
