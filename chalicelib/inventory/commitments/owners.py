"""What the inventory asks of the kinds of documents that commit stock, which lie in packages above: each offers these
functions as an extension of "stock_owner", under the prefix of its ids."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from chalicelib.inventory.commitments.ranks import Claim
from chalicelib.inventory.stock.levels import StockKey
from chalicelib.kernel import declaration
from chalicelib.kernel.dynamo.store import Ref
from chalicelib.kernel.tenant import Tenant
from chalicelib.kernel.work import Work

Quantities = Mapping[StockKey, Decimal]


class Holding(NamedTuple):
    """What a document has committed, as of the moment."""

    claim: Claim
    quantities: Quantities


class GivenUp(NamedTuple):
    """What a document gives up, and what it waited for before."""

    claim: Claim
    quantities: Quantities
    waited: Quantities


Fill = Callable[[Work, str, Quantities], Quantities]
"""`fill`: gets the id of a document and what is offered to it, writes into the document what it takes, and returns
that; nothing while a job works on the document."""
GiveUp = Callable[[Work, str, Quantities], GivenUp]
"""`give_up`: gets the id of a document and what is missing, writes into the document what it gives up and waits for
again, and returns that; nothing of what is picked, and nothing while a job works on the document."""
HeldBy = Callable[[Tenant, Sequence[str]], Sequence[Holding]]
"""`held_by`: what documents have committed, by their ids; those that hold nothing may be left out."""
Refs = Callable[[Tenant, str], Sequence[Ref]]
"""`refs`: the keys that `fill` and `give_up` read for a document, the one of the document itself first."""


def fill(work: Work, document_id: str, offered: Quantities) -> Quantities:
    """Has a document take what it has waited for. Returns what it took."""
    function: Fill = declaration.extension("stock_owner", _prefix(document_id), "fill")
    return function(work, document_id, offered)


def give_up(work: Work, document_id: str, missing: Quantities) -> GivenUp:
    """Has a document give up what is not there any more. Returns what it gave up."""
    function: GiveUp = declaration.extension("stock_owner", _prefix(document_id), "give_up")
    return function(work, document_id, missing)


def held_by(tenant: Tenant, document_ids: Sequence[str]) -> list[Holding]:
    """What documents have committed; those that hold nothing may be left out."""
    found: list[Holding] = []
    for prefix in sorted({_prefix(each) for each in document_ids}):
        function: HeldBy = declaration.extension("stock_owner", prefix, "held_by")
        found += function(tenant, [each for each in document_ids if _prefix(each) == prefix])
    return found


def ref(tenant: Tenant, document_id: str) -> Ref:
    """The key of a document that commits stock."""
    return refs(tenant, document_id)[0]


def refs(tenant: Tenant, document_id: str) -> Sequence[Ref]:
    """The keys that filling a document and taking back from it read, for reading them together with other rows."""
    function: Refs = declaration.extension("stock_owner", _prefix(document_id), "refs")
    return function(tenant, document_id)


def is_owner(document_id: str) -> bool:
    """Whether a kind of documents that commits stock has such ids."""
    return _prefix(document_id) in declaration.extended("stock_owner")


def _prefix(document_id: str) -> str:
    return document_id.partition("_")[0]
