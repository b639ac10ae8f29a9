"""Which entries of the journal lead to which documents."""

from datetime import UTC, datetime

from chalicelib import modules
from chalicelib.events.schemas import Change
from chalicelib.kernel import declaration, ids
from chalicelib.search.index import events, writing


def change(event: str, entity_id: str, *subjects: str) -> Change:
    entity = declaration.events()[event].entity
    at = datetime(2026, 11, 27, tzinfo=UTC)
    return Change(
        **{name: None for name in ("version", "job", "reason", "client_request_id", "traceparent")},
        **{"number": 1, "id": ids.new("jrn"), "event": event, "entity": entity, "entity_id": entity_id},
        **{"fields": [], "subjects": list(subjects), "actor": "a", "request_id": "r", "at": at, "depth": 0},
    )


def test_the_items_of_a_receipt_are_not_read_again() -> None:
    assert modules.MODULES
    receipt, item = ids.new("rcv"), ids.new("itm")
    assert writing.named(change("stock.received", receipt, item)) == {("stock_document", receipt)}


def test_parties_that_were_merged_and_variants_of_a_template_are() -> None:
    one, other, item = ids.new("pty"), ids.new("pty"), ids.new("itm")
    both = {(kind, each) for kind in ("customer", "vendor") for each in (one, other)}
    assert writing.named(change("party.merged", one, other)) == both
    assert writing.named(change("item_template.varied", ids.new("tpl"), item)) == {("item", item)}
    assert writing.named(change("search.asked", item, one)) == {("item", item), ("customer", one), ("vendor", one)}


def test_what_makes_a_document_in_steps_leads_to_it_as_what_makes_it_at_once() -> None:
    found = {name for name, event in declaration.events().items() if events.TOPIC in event.topics}
    for made in ("stock", "sales_order", "shipment"):
        assert f"{made}.begun" in found
