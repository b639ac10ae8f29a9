"""All private names of PynamoDB that the product uses; no other module uses one.

`tests/kernel/test_pynamodb_internals.py` fails when PynamoDB removes one, with the name and its purpose.
"""

from collections.abc import Iterable
from typing import Any

from pynamodb.connection import Connection
from pynamodb.connection.table import TableConnection
from pynamodb.indexes import Index
from pynamodb.models import Model


class SharingModel(Model):
    """A model that uses the process's shared connection; PynamoDB would create a session and a client for each
    class."""

    @classmethod
    def shared_connection(cls) -> Connection:
        """The connection that all models share; subclasses return it."""
        raise NotImplementedError

    @classmethod
    def _get_connection(cls) -> TableConnection:
        table = super()._get_connection()
        table.connection = cls.shared_connection()
        return table


def give_client(connection: Connection, client: Any) -> None:
    """Sets the connection's botocore client, for which PynamoDB has no public API."""
    connection._client = client


def table_connection(model: type[Model]) -> TableConnection:
    """The connection that PynamoDB itself uses for the model."""
    return model._get_connection()


def hash_name(model: type[Model]) -> str:
    """The name of the model's attribute that is the hash key."""
    return model._hash_keyname or ""


def range_name(model: type[Model]) -> str | None:
    """The name of the model's attribute that is the range key; None when it has none."""
    return model._range_keyname


def indexes(model: type[Model]) -> Iterable[Index[Any]]:
    """The model's secondary indexes."""
    return model._indexes.values()


def schema(model: type[Model]) -> Any:
    """Keys, attribute definitions and indexes of the model's table, in DynamoDB's format."""
    return model._get_schema()
