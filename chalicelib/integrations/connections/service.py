"""Use cases of connections."""

from dataclasses import dataclass
from datetime import timedelta

from msgspec import UNSET
from pynamodb.expressions.condition import Condition

from chalicelib.integrations.connections import events, slots, tables, vault
from chalicelib.integrations.connections.rules import ADVICE, Account, Verdict
from chalicelib.integrations.connections.schemas import (
    Connection,
    ConnectionChange,
    ConnectionQuery,
    ConnectionStatus,
    NewClientSecret,
    NewConnection,
)
from chalicelib.integrations.connections.states import CONNECTION
from chalicelib.inventory.warehouses import service as warehouses
from chalicelib.kernel import quotas
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo.actions import ref_of
from chalicelib.kernel.dynamo.model import Item
from chalicelib.kernel.errors import AlreadyExists, Conflict, FieldError
from chalicelib.kernel.lists import paginate
from chalicelib.kernel.mapping import patch, to_row, to_struct
from chalicelib.kernel.pages import Page
from chalicelib.kernel.quotas import Allowance
from chalicelib.kernel.use_case import use_case
from chalicelib.kernel.visibility import load_visible
from chalicelib.kernel.work import Work
from chalicelib.search.index import service as search

OLD_SECRET_LIVES = timedelta(hours=24)
PENDING_LIVES = timedelta(days=7)
QUESTIONS = Allowance(
    "ownership_questions",
    "day",
    100,
    "Questions to a platform whether a shop is yours.",
)
_USED_ELSEWHERE = "This secret is in use by another connection."


@dataclass(frozen=True, slots=True)
class Question:
    """What the platform is asked about a connection; `secret_token` names its newest client secret."""

    account: Account
    secret_token: str


@use_case(events.PROOF_ASKED)
def allow_new(work: Work, connection_id: str, command: NewConnection) -> None:
    """Counts that the platform is asked about a new connection. Invalid when there is no such warehouse, QuotaReached
    when the tenant has enough connections, or has asked often enough today."""
    warehouses.selling(work, [(command.warehouse_id, "/warehouse_id")])
    slots.free(work)
    _count_question(work, connection_id)


@use_case(events.PROOF_ASKED)
def allow_step(work: Work, connection_id: str, step: str) -> Question:
    """Counts that the platform is asked about a connection before a step. TransitionRefused, QuotaReached."""
    row = work.load_for_update(tables.Connection, work.tenant.key(), connection_id)
    CONNECTION.require(row, step)
    _count_question(work, connection_id)
    return Question(Account(row.platform, row.shop_domain, row.client_id), row.secret_tokens[0])


@use_case(events.CREATED)
def add(work: Work, connection_id: str, command: NewConnection, verdict: Verdict) -> Connection:
    """Adds a connection whose secret is stored: connected if it is proven that the shop is the tenant's, else pending.

    AlreadyExists only when it is proven, and another connection has the shop, or the secret. Until then the connection
    claims nothing, so that it neither blocks anybody nor tells who has the shop.
    """
    warehouses.selling(work, [(command.warehouse_id, "/warehouse_id")])
    row = to_row(
        tables.Connection,
        command,
        partition=work.tenant.key(),
        id=connection_id,
        status=ConnectionStatus.PENDING,
        secret_tokens=[vault.token(command.client_secret)],
        slot=slots.take(work, connection_id),
        pending_until=work.now + PENDING_LIVES,
    )
    _settle(work, row, verdict)
    work.create(row)
    _write_index_entry(work, row)
    return view(row)


@use_case(events.NOT_PROVEN)
def verify(work: Work, connection_id: str, verdict: Verdict) -> Connection:
    """Connects a pending connection if it is proven that the shop is the tenant's, or keeps the reason why it is not.
    AlreadyExists as in `add`."""
    row = work.load_for_update(tables.Connection, work.tenant.key(), connection_id)
    _settle(work, row, verdict)
    return _saved(work, row)


@use_case(events.UPDATED)
def update(work: Work, connection_id: str, change: ConnectionChange) -> Connection:
    """Changes the settings of a connection."""
    row = work.load_for_update(tables.Connection, work.tenant.key(), connection_id)
    if change.warehouse_id is not UNSET:
        warehouses.selling(work, [(change.warehouse_id, "/warehouse_id")])
    patch(row, change)
    return view(work.save(row))


@use_case(events.SECRET_ROTATED)
def rotate(work: Work, connection_id: str, command: NewClientSecret) -> Connection:
    """Makes a proven secret the newest; the one before stays valid for a day. `vault.settle` must follow with it.

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
    return _end(work, work.load_for_update(tables.Connection, work.tenant.key(), connection_id), "disconnect")


@use_case(events.EXPIRED)
def expire(work: Work, connection_id: str) -> Connection:
    """Ends a connection that was pending for too long. TransitionRefused when it has been connected meanwhile.
    `vault.settle` must follow."""
    return _end(work, work.load_for_update(tables.Connection, work.tenant.key(), connection_id), "expire")


def read(call: Call, connection_id: str) -> Connection:
    """One connection. NotFound."""
    return view(load_visible(call, tables.Connection, call.tenant.key(), connection_id))


def page(call: Call, query: ConnectionQuery) -> Page[Connection]:
    """A page of connections."""
    query = search.narrowed(call, "connection", query)
    rows, cursor = paginate(tables.Connection, tables.VIEWS, call, query)
    return Page([view(row) for row in rows], cursor)


def _count_question(work: Work, connection_id: str) -> None:
    """Counts one question to the platform, before it is asked. QuotaReached."""
    quotas.take(work, QUESTIONS)
    work.annotate(entity=tables.Connection.entity, entity_id=connection_id)


def _settle(work: Work, row: tables.Connection, verdict: Verdict) -> None:
    """Puts the verdict on a pending connection. A proven one gets the shop and the secret for itself."""
    if verdict.shop_id is None:
        CONNECTION.take(row, "verify", ConnectionStatus.PENDING)
        row.pending_reason = verdict.reason
        return
    CONNECTION.take(row, "verify", ConnectionStatus.CONNECTED)
    row.shop_id, row.connected_at, row.pending_reason, row.pending_until = verdict.shop_id, work.now, None, None
    claim = tables.account_claim(row.platform, row.shop_domain, row.id)
    _claim(work, claim, "/shop_domain", "This shop is connected already.")
    _claim(work, tables.secret_claim(row.secret_tokens[0], row.id), "/client_secret", _USED_ELSEWHERE)
    work.annotate(event=events.CONNECTED)


def _end(work: Work, row: tables.Connection, step: str) -> Connection:
    """Ends the connection and gives back what it holds; a pending one has claimed neither shop nor secret."""
    if row.status is ConnectionStatus.CONNECTED:
        _release(work, row, row.secret_tokens)
        work.remove(ref_of(tables.account_claim(row.platform, row.shop_domain, row.id)), _is_claimed_by(row))
    CONNECTION.take(row, step)
    slots.release(work, row)
    row.disconnected_at, row.secret_tokens = work.now, []
    row.old_secret_until = row.pending_until = None
    return _saved(work, row)


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
            status=row.status,
            pending_until=row.pending_until,
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


def view(row: tables.Connection) -> Connection:
    """The API's representation of the row."""
    return to_struct(
        row,
        Connection,
        pending_advice=ADVICE[row.pending_reason] if row.pending_reason else None,
        webhook_path=f"/webhooks/{row.platform}/{row.id}",
        allowed_transitions=CONNECTION.allowed(row),
    )
