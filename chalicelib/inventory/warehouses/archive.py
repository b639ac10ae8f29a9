"""Archiving and restoring of locations. The balances are blocked or unblocked in the same commit, so that no stock can
be received in between; very many balances are processed in steps."""

from collections.abc import Callable

from chalicelib.inventory.stock import balances
from chalicelib.inventory.stock.tables import Balance
from chalicelib.inventory.warehouses import events, tables
from chalicelib.inventory.warehouses.states import LOCATION
from chalicelib.jobs.staged import Plan, StagedOperation
from chalicelib.kernel.events import Event
from chalicelib.kernel.work import Work

OPERATION: StagedOperation[tables.Location] = StagedOperation(
    "location.staged",
    load=lambda work, location_id: work.load(tables.Location, work.tenant.key(), location_id),
    save=lambda work, row: work.save(row),
    row_of=lambda row: row,
    scope_ids=lambda _, row: [row.warehouse_id],
    begun=events.LOCATION_ADVANCED,
    advanced=events.LOCATION_ADVANCED,
)


@OPERATION.command("archive", undo="undo_archive")
def archive(work: Work, row: tables.Location, _: str) -> Plan[Balance]:
    """Blocks the balances that are not blocked yet. Conflict while one of them has stock or reservations."""

    def finish() -> Event:
        LOCATION.take(row, "archive")
        return events.LOCATION_ARCHIVED

    open_balances = [balance for balance in balances.at_location(work, row.id) if not balance.blocked]
    return Plan(open_balances, _name_of, lambda balance: balances.block_empty(work, balance), finish)


@OPERATION.command("restore")
def restore(work: Work, row: tables.Location, _: str) -> Plan[Balance]:
    """Unblocks the blocked balances."""

    def finish() -> Event:
        LOCATION.take(row, "restore")
        return events.LOCATION_RESTORED

    return _unblock_plan(work, row, finish)


@OPERATION.command("undo_archive")
def undo_archive(work: Work, row: tables.Location, _: str) -> Plan[Balance]:
    """Unblocks the balances of a location that could not be archived, because stock was received in the meantime."""
    return _unblock_plan(work, row, lambda: events.LOCATION_ARCHIVE_UNDONE)


def _unblock_plan(work: Work, row: tables.Location, finish: Callable[[], Event]) -> Plan[Balance]:
    blocked = [balance for balance in balances.at_location(work, row.id) if balance.blocked]
    return Plan(blocked, _name_of, lambda balance: balances.unblock(work, balance), finish)


def _name_of(balance: Balance) -> str:
    return balance.item_id
