"""PynamoDB still has the private names that the product relies on, and they still mean the same."""

from typing import Any

import pytest
from pynamodb.attributes import UnicodeAttribute
from pynamodb.connection import Connection
from pynamodb.connection.table import TableConnection
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection
from pynamodb.models import Model

from chalicelib.kernel.dynamo import pynamodb_internals as internals

CHANGED = "PynamoDB {name} is gone or means something else: look at what replaces it, in pynamodb_internals.py"


class ByColour(GlobalSecondaryIndex[Any]):
    class Meta:
        index_name = "by_colour"
        projection = KeysOnlyProjection()

    colour = UnicodeAttribute(hash_key=True)


class Thing(internals.SharingModel):
    class Meta:
        table_name = "things"
        region = "eu-central-1"

    shelf = UnicodeAttribute(hash_key=True, attr_name="s")
    place = UnicodeAttribute(range_key=True, attr_name="p")
    colour = UnicodeAttribute(null=True)
    by_colour = ByColour()

    @classmethod
    def shared_connection(cls) -> Connection:
        return SHARED


class Lone(Model):
    class Meta:
        table_name = "lone"

    name = UnicodeAttribute(hash_key=True)


SHARED = Connection(region="eu-central-1")


def has(owner: object, name: str) -> None:
    if not hasattr(owner, name):
        pytest.fail(CHANGED.format(name=f"{getattr(owner, '__name__', owner)}.{name}"))


@pytest.mark.parametrize("name", ["_hash_keyname", "_range_keyname", "_indexes", "_get_schema", "_get_connection"])
def test_a_model_has_the_name(name: str) -> None:
    has(Thing, name)
    has(Lone, name)


def test_a_connection_has_its_client() -> None:
    has(Connection(), "_client")


def test_keys_are_named_by_the_attributes_of_the_model() -> None:
    assert (internals.hash_name(Thing), internals.range_name(Thing)) == ("shelf", "place"), CHANGED.format(name="keys")
    assert (internals.hash_name(Lone), internals.range_name(Lone)) == ("name", None), CHANGED.format(name="keys")


def test_indexes_are_those_of_the_model() -> None:
    assert list(internals.indexes(Thing)) == [Thing.by_colour], CHANGED.format(name="Model._indexes")
    assert list(internals.indexes(Lone)) == []


def test_the_schema_is_what_a_table_is_made_from() -> None:
    schema = internals.schema(Thing)
    keys = {key["KeyType"]: key["AttributeName"] for key in schema["key_schema"]}
    assert keys == {"HASH": "s", "RANGE": "p"}, CHANGED.format(name="Model._get_schema")
    (index,) = schema["global_secondary_indexes"]
    assert index["index_name"] == "by_colour"
    assert index["projection"]["ProjectionType"] == "KEYS_ONLY"
    assert {entry["AttributeName"] for entry in schema["attribute_definitions"]} == {"s", "p", "colour"}


def test_a_connection_uses_the_client_that_it_was_given() -> None:
    class Client:
        _request_signer = None

    connection, client = Connection(region="eu-central-1"), Client()
    internals.give_client(connection, client)
    assert connection.client is client, CHANGED.format(name="Connection._client")


def test_a_models_own_calls_go_through_the_shared_connection() -> None:
    table = internals.table_connection(Thing)
    assert isinstance(table, TableConnection)
    assert table.connection is SHARED, CHANGED.format(name="Model._get_connection")
