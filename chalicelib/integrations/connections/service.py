"""Use cases of connections."""

from collections.abc import Callable
from datetime import timedelta

from msgspec import UNSET
from pynamodb.expressions.condition import Condition

from chalicelib.integrations.connections import events, tables, vault
from chalicelib.integrations.connections.schemas import (
    Connection,
    ConnectionChange,
    ConnectionQuery,
    ConnectionStatus,
    NewConnection,
    NewSecret,
)
from chalicelib.integrations.connections.states import CONNECTION
from chalicelib.inventory.warehouses import service as warehouses
from chalicelib.kernel import log
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo.actions import ref_of
from chalicelib.kernel.dynamo.model import Item
from chalicelib.kernel.errors import (
    AlreadyExists,
    Conflict,
    DomainError,
    FieldError,
    Invalid,
    OutcomeUnknown,
    TransitionRefused,
)
from chalicelib.kernel.idempotency import Answer
from chalicelib.kernel.lists import Page, paginate
from chalicelib.kernel.mapping import patch, to_row, to_struct
from chalicelib.kernel.tenant import Tenant
from chalicelib.kernel.use_case import commit, use_case
from chalicelib.kernel.visibility import load_visible
from chalicelib.kernel.work import Work

OLD_SECRET_LIVES = timedelta(hours=24)
_USED_ELSEWHERE = "This secret is in use by another connection."


def connect(
    call: Call, connection_id: str, command: NewConnection, add_connection: Callable[[], Answer[Connection]]
) -> Answer[Connection]:
    """Stores the secret under a new connection id, then adds the connection.

    Whatever happens in between leaves at worst a secret that belongs to nothing, which `delete_orphans` finds; a
    connection without its secret cannot come to be.
    """
    vault.put(connection_id, call.tenant, command.client_secret)
    try:
        answer = add_connection()
    except OutcomeUnknown:
        raise
    except DomainError:
        vault.settle(connection_id)
        raise
    if "Idempotent-Replayed" in answer.headers:
        vault.settle(connection_id)
    return answer


@use_case(events.CREATED)
def add(work: Work, connection_id: str, command: NewConnection) -> Connection:
    """Adds a connection whose secret is stored. AlreadyExists when anybody uses the shop, or the secret, already."""
    _check_warehouse(work, command.warehouse_id)
    token = vault.token(command.client_secret)
    row = to_row(
        tables.Connection,
        command,
        partition=work.tenant.key(),
        id=connection_id,
        status=ConnectionStatus.CONNECTED,
        secret_tokens=[token],
    )
    work.create(row)
    _write_index_entry(work, row)
    claim = tables.account_claim(row.platform, row.shop_domain, row.id)
    _claim(work, claim, "/shop_domain", "This shop is connected already.")
    _claim(work, tables.secret_claim(token, row.id), "/client_secret", _USED_ELSEWHERE)
    return view(row)


@use_case(events.UPDATED)
def update(work: Work, connection_id: str, change: ConnectionChange) -> Connection:
    """Changes the settings of a connection."""
    row = work.load_for_update(tables.Connection, work.tenant.key(), connection_id)
    if change.warehouse_id is not UNSET:
        _check_warehouse(work, change.warehouse_id)
    patch(row, change)
    return view(work.save(row))


@use_case(events.SECRET_ROTATED)
def rotate(work: Work, connection_id: str, command: NewSecret) -> Connection:
    """Makes the secret the newest; the one before stays valid for a day. `vault.settle` must follow with it.

    Nothing changes for the secret that is the newest already: the process may have died before it was stored.
    """
    row = work.load_for_update(tables.Connection, work.tenant.key(), connection_id)
    CONNECTION.take(row, "rotate-secret")
    token = vault.token(command.client_secret)
    if token == row.secret_tokens[0]:
        return view(row)
    before = vault.newest(connection_id, [each for each in row.secret_tokens if each != token])
    if token not in row.secret_tokens:
        _claim(work, tables.secret_claim(token, row.id), "/client_secret", _USED_ELSEWHERE)
    _release(work, row, [each for each in row.secret_tokens if each not in (token, before)])
    row.secret_tokens, row.old_secret_until = [token, before], work.now + OLD_SECRET_LIVES
    return _saved(work, row)


@use_case(events.OLD_SECRET_DROPPED)
def drop_old(work: Work, connection_id: str) -> Connection:
    """Ends the old secret. Conflict while the new one is not stored. `vault.settle` must follow."""
    row = work.load_for_update(tables.Connection, work.tenant.key(), connection_id)
    CONNECTION.take(row, "drop-old-secret")
    if vault.newest(connection_id, row.secret_tokens) != row.secret_tokens[0]:
        raise Conflict("The new secret was never stored: rotate to it again first.")
    _release(work, row, row.secret_tokens[1:])
    row.secret_tokens, row.old_secret_until = row.secret_tokens[:1], None
    return _saved(work, row)


@use_case(events.DISCONNECTED)
def disconnect(work: Work, connection_id: str) -> Connection:
    """Ends the connection: deliveries are refused from now on, the shop may be connected again. `vault.settle` must
    follow."""
    row = work.load_for_update(tables.Connection, work.tenant.key(), connection_id)
    CONNECTION.take(row, "disconnect")
    _release(work, row, row.secret_tokens)
    work.remove(ref_of(tables.account_claim(row.platform, row.shop_domain, row.id)), _is_claimed_by(row))
    row.disconnected_at, row.secret_tokens, row.old_secret_until = work.now, [], None
    return _saved(work, row)


def read(call: Call, connection_id: str) -> Connection:
    """One connection. NotFound."""
    return view(load_visible(call, tables.Connection, call.tenant.key(), connection_id))


def page(call: Call, query: ConnectionQuery) -> Page[Connection]:
    """A page of connections."""
    rows, cursor = paginate(tables.Connection, tables.VIEWS, call, query)
    return Page([view(row) for row in rows], cursor)


def delete_orphans() -> int:
    """Deletes the secrets of connections that never came to be or are disconnected, and ends old secrets whose time is
    over. Returns how many it touched; safe to repeat."""
    touched = 0
    for connection_id in vault.orphans():
        vault.settle(connection_id)
        touched += 1
    for entry in vault.with_expired_secret():
        try:
            commit(Call.system(Tenant(entry.tenant), "secret_expiry"), drop_old, entry.connection_id)
        except TransitionRefused:  # somebody was faster
            continue
        except Conflict:
            log.logger().warning("a new client secret never arrived", connection=entry.connection_id)
            continue
        vault.settle(entry.connection_id)
        touched += 1
    return touched


def _saved(work: Work, row: tables.Connection) -> Connection:
    work.save(row)
    _write_index_entry(work, row)
    return view(row)


def _write_index_entry(work: Work, row: tables.Connection) -> None:
    """The platform's entry follows every change; it is written with the connection, so they never differ."""
    work.overwrite(
        tables.IndexEntry(
            partition=tables.INDEX,
            connection_id=row.id,
            tenant=row.partition,
            platform=row.platform,
            account=row.shop_domain,
            is_active=row.status is ConnectionStatus.CONNECTED,
            secret_tokens=row.secret_tokens,
            old_secret_until=row.old_secret_until,
        )
    )


def _claim(work: Work, claim: tables.Claim, pointer: str, message: str) -> None:
    """Claims the shop or the secret. The refusal does not say whose it is: it may be another tenant's."""

    def on_condition_failed(_: Item | None) -> AlreadyExists:
        return AlreadyExists(message, errors=[FieldError(pointer, "already_exists", message)])

    work.overwrite(claim, tables.Claim.value.does_not_exist(), on_condition_failed)


def _release(work: Work, row: tables.Connection, tokens: list[str]) -> None:
    for token in tokens:
        work.remove(ref_of(tables.secret_claim(token, row.id)), _is_claimed_by(row))


def _is_claimed_by(row: tables.Connection) -> Condition:
    condition: Condition = tables.Claim.connection_id == row.id
    return condition


def _check_warehouse(work: Work, warehouse_id: str) -> None:
    """Invalid when there is no such warehouse."""
    if not all(warehouses.known(work, [warehouse_id])):
        raise Invalid(errors=[FieldError("/warehouse_id", "unknown_warehouse", "There is no such warehouse.")])


def view(row: tables.Connection) -> Connection:
    """The API's representation of the row."""
    return to_struct(
        row,
        Connection,
        webhook_path=f"/webhooks/{row.platform}/{row.id}",
        allowed_transitions=CONNECTION.allowed(row),
    )
