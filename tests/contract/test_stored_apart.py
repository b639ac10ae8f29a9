"""Where things lie: everything of a tenant under keys that begin with it, in tables and in indexes."""

from collections.abc import Iterator
from typing import Any

from chalicelib import modules
from chalicelib.kernel.dynamo import client as store_client
from chalicelib.kernel.tenant import PLATFORM
from tests.contract.sample_tenant import SampleTenant
from tests.contract.watching import index_keys
from tests.world import World

BY_THE_PLATFORM = {("Head", "registry"), ("Position", "waiting"), ("Breach", "alarm_in"), ("PrivacyRequest", "waiting")}
"""Indexes in which the platform finds tenants: keys only, read by no route."""
ROWS_OF_THE_PLATFORM = {"IndexEntry", "Claim", "AccessState", "AccessLogEntry", "Entry", "Head", "Position"}
ROWS_OF_THE_PLATFORM |= {"RetentionLease", "RetentionRunRow", "RetentionCount", "LogoutToken", "OpenTenant", "Slot"}
ROWS_OF_THE_PLATFORM |= {"InvitedAddress", "FormLink"}


def items_of(world: World, table: str) -> Iterator[dict[str, Any]]:
    """Every item of a table."""
    for page in store_client.dynamodb().get_paginator("scan").paginate(TableName=table):
        yield from page["Items"]


def test_every_item_lies_under_its_tenant_in_tables_and_indexes(
    world: World, theirs: SampleTenant, ours: SampleTenant
) -> None:
    tenants = {theirs.client.tenant: theirs, ours.client.tenant: ours}
    seen = 0
    for model in modules.tables():
        (hash_name, *_), names = model.key_names(), index_keys(model, "HASH")
        for item in items_of(world, model.table_name()):
            owner = item[hash_name]["S"].partition("#")[0]
            for name in names & item.keys():
                first = item[name]["S"].partition("#")[0]
                assert first == owner or (model.__name__, name) in BY_THE_PLATFORM, (model.__name__, name)
            if owner in tenants:
                stranger = ours if tenants[owner] is theirs else theirs
                assert stranger.mark.found_in(str(item)) == {}, model.__name__
                assert stranger.client.tenant not in str(item), model.__name__
                seen += 1
            else:
                assert owner == PLATFORM.id or "#" in item[hash_name]["S"] or len(owner) > 8, (model.__name__, owner)
    assert seen > 60


def test_the_platforms_own_rows_are_of_few_kinds(world: World, theirs: SampleTenant) -> None:
    kinds = set()
    for model in modules.tables():
        hash_name = model.key_names()[0]
        if any(item[hash_name]["S"].partition("#")[0] == PLATFORM.id for item in items_of(world, model.table_name())):
            kinds.add(model.__name__)
    assert kinds <= ROWS_OF_THE_PLATFORM
