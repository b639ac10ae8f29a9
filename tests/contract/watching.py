"""Everything that a run of the product leaves behind outside its documents: lines, messages, keys, refusals."""

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from chalicelib import modules
from chalicelib.audit.access_log import service
from chalicelib.audit.access_log.tables import AccessLogEntry
from chalicelib.kernel import log
from chalicelib.kernel.dynamo import client as clients
from chalicelib.kernel.dynamo.model import Row
from chalicelib.kernel.dynamo.schema import create_table_request
from chalicelib.kernel.journal import Entry
from tests.world import Client, Reply, World

R = TypeVar("R", bound=Row)


@dataclass
class Traces:
    """What was written where."""

    logs: io.StringIO = field(default_factory=io.StringIO)
    messages: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)

    def heard(self, reply: Reply) -> Reply:
        """Keeps an answer that refuses something."""
        if reply.status >= 400:
            self.refusals.append(reply.body.decode() + json.dumps(reply.headers))
        return reply


@contextmanager
def watching(world: World) -> Iterator[Traces]:
    """Collects log lines as the deployed formatter writes them, and what is put on queues."""
    traces = Traces()
    handler: Any = log.logger().registered_handler
    previous = handler.setStream(traces.logs)
    events = clients.aws("sqs").meta.events

    def sent(params: dict[str, Any], **_: Any) -> None:
        body = params["body"]
        traces.messages.append(body.decode() if isinstance(body, bytes) else str(body))

    events.register("before-call.sqs.SendMessage", sent)
    events.register("before-call.sqs.SendMessageBatch", sent)
    try:
        yield traces
    finally:
        handler.setStream(previous)
        events.unregister("before-call.sqs.SendMessage", sent)
        events.unregister("before-call.sqs.SendMessageBatch", sent)


def rows(model: type[Row], client: Client) -> Iterator[dict[str, Any]]:
    """Every stored item of the tenant, and of the platform, in a table."""
    hash_name = model.key_names()[0]
    for page in clients.dynamodb().get_paginator("scan").paginate(TableName=model.table_name()):
        for item in page["Items"]:
            if item[hash_name]["S"].partition("#")[0] in (client.tenant, "_platform"):
                yield item


def access_log(world: World, first: int) -> list[dict[str, Any]]:
    """The rows that the intake stores for the gateway's lines, from the one with this index."""
    lines = world.access_lines[first:]
    service.intake(json.dumps(line) for line in lines)
    wanted = {line["request_id"] for line in lines}
    rows = [opened(row) for row in scanned(AccessLogEntry) if row.request_id in wanted]
    assert len(rows) == len(lines)
    return rows


def scanned(model: type[R]) -> Iterator[R]:
    """Every row of a table."""
    for page in clients.dynamodb().get_paginator("scan").paginate(TableName=model.table_name()):
        yield from map(model.read, page["Items"])


def keys(client: Client) -> Iterator[tuple[str, str]]:
    """Table and key of every item, index keys included."""
    for model in modules.tables():
        names = {*model.key_names(), *index_keys(model)}
        for item in rows(model, client):
            yield model.__name__, json.dumps({name: item[name] for name in names & item.keys()})


def index_keys(model: type[Row], *kinds: str) -> set[str]:
    """The attributes that are keys of the table's indexes: of these kinds (HASH, RANGE), or of any."""
    indexes = create_table_request(model).get("GlobalSecondaryIndexes", [])
    parts = [part for index in indexes for part in index["KeySchema"]]
    return {part["AttributeName"] for part in parts if not kinds or part["KeyType"] in kinds}


def journal(client: Client) -> str:
    return json.dumps(list(rows(Entry, client)), default=str)


def everything(client: Client) -> Iterator[tuple[str, str]]:
    """Table and content of every item, compressed values opened."""
    for model in modules.tables():
        for item in rows(model, client):
            yield model.__name__, json.dumps(item, default=str) + str(opened(model.read(item)))


def opened(row: Row) -> dict[str, Any]:
    return {name: getattr(row, name) for name in type(row).get_attributes()}
