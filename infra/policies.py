"""What each function may do: one policy for each role, written to .chalice/ where `chalice package` reads them.

`python -m infra.policies` writes the files anew; a test says when they are not current. They are CloudFormation, so
`chalice deploy` could not use them, but it cannot deploy this application anyway. `${Stage}` is the template's
parameter.

Every function reads what it needs and writes only tables whose module names it (`MODULE.writers`): a new table is
closed until its module opens it. TransactWriteItems and TransactGetItems are allowed through the actions of their
items.
"""

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from infra.stack.names import logical_id, plural_of

FOLDER = Path(__file__).resolve().parent.parent / ".chalice"
Statement = dict[str, Any]

READ = ("dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:ConditionCheckItem")
CONSUME = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes")


def sub(text: str) -> dict[str, str]:
    """A string of the template in which `${...}` is filled in."""
    return {"Fn::Sub": text}


def allow(actions: Sequence[str], *resources: Any) -> Statement:
    """One Allow."""
    return {"Effect": "Allow", "Action": list(actions), "Resource": list(resources)}


def deny(actions: Sequence[str], *resources: Any) -> Statement:
    """One Deny: it wins over every Allow."""
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
    """Everything in the bucket."""
    return sub("${Bucket.Arn}/*")


def _logs_and_traces(function: str) -> list[Statement]:
    """Logs and traces. X-Ray knows no resources, so its resource is `*`, as is that of listing secrets below."""
    return [
        allow(("logs:CreateLogStream", "logs:PutLogEvents"), sub(f"${{{logical_id(function)}LogGroup.Arn}}")),
        allow(("xray:PutTraceSegments", "xray:PutTelemetryRecords"), "*"),
    ]


def _writes(function: str) -> list[Statement]:
    """What the modules let the function write, table by table: a table that names it nowhere is closed to it."""
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
    """Whatever a use case may do: read every table, and write those whose modules say so."""
    return [
        allow(READ, table("*")),
        allow(("dynamodb:Query",), indexes("*")),
        *_writes(function),
        allow(("secretsmanager:GetSecretValue",), secret("platform-??????")),
    ]


def _credentials() -> list[Statement]:
    """Keeps, reads and deletes the credentials of connections."""
    actions = ("CreateSecret", "TagResource", "GetSecretValue", "PutSecretValue", "DeleteSecret")
    return [allow([f"secretsmanager:{action}" for action in actions], secret("connections/*"))]


def _keycloak() -> list[Statement]:
    """Speaks to Keycloak as novex-admin."""
    return [allow(("secretsmanager:GetSecretValue",), secret("keycloak-admin-??????"))]


def _stream(source: str) -> list[Statement]:
    """Reads the table's stream, and reports what it gave up on."""
    return [
        allow(
            ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"),
            sub(table(source)["Fn::Sub"] + "/stream/*"),
        ),
        allow(("sqs:SendMessage",), queue("FeedFailures")),
    ]


def _api_handler() -> list[Statement]:
    """Besides use cases: accounts at their login, readiness, raw bodies and wake-ups of webhooks, and the credentials
    of connections."""
    return [
        *_use_cases("api_handler"),
        *_keycloak(),
        allow(("sqs:GetQueueAttributes",), queue("InboxQueue"), queue("JobsQueue")),
        allow(("sqs:SendMessage",), queue("InboxQueue")),
        allow(("s3:PutObject",), objects()),
        *_credentials(),
    ]


def _authorize() -> list[Statement]:
    """Only logs: the authorizer asks nobody but the realm's key set."""
    return []


def _sequence_journal() -> list[Statement]:
    """Numbers entries of the journal and moves the tenant's head."""
    return [
        *_stream("journal"),
        allow(READ, table("journal"), table("heads")),
        allow(("dynamodb:Query",), indexes("journal"), indexes("heads")),
        *_writes("sequence_journal"),
    ]


def _run_consumers() -> list[Statement]:
    """Readers run use cases, and the one of jobs puts them on their queue."""
    return [*_stream("journal"), *_use_cases("run_consumers"), allow(("sqs:SendMessage",), queue("JobsQueue"))]


def _process_inbox() -> list[Statement]:
    """Reads the raw body and does what the delivery says, or puts it back on the queue. Without ListBucket a body that
    is gone looks forbidden."""
    bucket = [allow(("s3:GetObject",), objects()), allow(("s3:ListBucket",), sub("${Bucket.Arn}"))]
    return [*_use_cases("process_inbox"), allow((*CONSUME, "sqs:SendMessage"), queue("InboxQueue")), *bucket]


def _run_jobs() -> list[Statement]:
    """Does a part of a job and puts it back on the queue; users and tenants are followed in Keycloak."""
    return [
        *_use_cases("run_jobs"),
        *_keycloak(),
        allow((*CONSUME, "sqs:SendMessage"), queue("JobsQueue")),
    ]


def _intake_access_log() -> list[Statement]:
    """Puts lines, many at once, and the heads of tenants that it sees for the first time."""
    return [
        *_writes("intake_access_log"),
        allow(("sqs:SendMessage",), queue("EventFailures")),
    ]


def _reconcile() -> list[Statement]:
    """Does what was lost on its way: numbers, readers, jobs, deliveries, and credentials of ended connections."""
    return [
        *_use_cases("reconcile"),
        *_credentials(),
        allow(("secretsmanager:ListSecrets",), "*"),
        allow(("sqs:SendMessage",), queue("InboxQueue"), queue("JobsQueue"), queue("EventFailures")),
    ]


def _sweep_retention() -> list[Statement]:
    """Removes due rows of the tables that declare a retention rule, with their objects; keeps its own books."""
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
    """Makes, suspends and closes tenants; whoever may invoke it is the operator."""
    return [*_use_cases("manage_tenants"), *_keycloak()]


def _tables() -> list[Any]:
    from chalicelib import modules  # noqa: PLC0415 - the environment is set first

    return modules.tables()


def _writers() -> dict[str, Any]:
    from chalicelib import modules  # noqa: PLC0415 - the environment is set first

    return modules.writers()


POLICIES: dict[str, Callable[[], list[Statement]]] = {
    "api_handler": _api_handler,
    "authorize": _authorize,
    "sequence_journal": _sequence_journal,
    "run_consumers": _run_consumers,
    "process_inbox": _process_inbox,
    "run_jobs": _run_jobs,
    "intake_access_log": _intake_access_log,
    "reconcile": _reconcile,
    "sweep_retention": _sweep_retention,
    "manage_tenants": _manage_tenants,
}


def document(function: str) -> dict[str, Any]:
    """The policy of a function's role. KeyError for a function that nobody gave one."""
    return {"Version": "2012-10-17", "Statement": [*_logs_and_traces(function), *POLICIES[function]()]}


def text(function: str) -> str:
    """The policy's file."""
    return json.dumps(document(function), indent=2) + "\n"


def path(function: str) -> Path:
    """Where `.chalice/config.json` looks for it."""
    return FOLDER / f"policy-{function}.json"


def stale() -> list[str]:
    """Functions whose file is missing or not what this module says."""
    return [
        name for name in POLICIES if not path(name).exists() or path(name).read_text(encoding="utf-8") != text(name)
    ]


def main() -> int:
    """Writes every file."""
    for name in POLICIES:
        path(name).write_text(text(name), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
