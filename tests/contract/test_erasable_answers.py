"""Every stored answer that shows personal data is listed by the document that it shows, so that an erasure finds it."""

from collections.abc import Iterator
from typing import Any

from chalicelib import modules
from chalicelib.kernel.dynamo.model import Document, is_about_a_person
from chalicelib.kernel.idempotency import StoredAnswer
from tests.contract.sample_tenant import SampleTenant
from tests.contract.watching import rows


def texts(value: Any) -> Iterator[str]:
    """Every text in a body."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for member in value:
            yield from texts(member)
    elif isinstance(value, str):
        yield value


def personal_words(ours: SampleTenant) -> set[str]:
    """The words of this tenant's samples that are about persons; no other text of theirs holds them."""
    customer = ours.sent["create_customer"]
    names = ("name", "legal_name", "contacts", "addresses", "tax_ids")
    bodies = [ours.sent["invite_user"], {name: customer[name] for name in names}]
    bodies += [ours.sent["create_sales_order"][name] for name in ("billing_address", "shipping_address")]
    asked = ours.sent["create_privacy_request"]
    bodies += [asked["on_behalf_of"], {name: asked["subject"][name] for name in ("name", "emails", "phones")}]
    known = {word for body in bodies for word in texts(body) if any(digit.isdigit() for digit in word)}
    return {word for word in known if len(word) > 5}


def documents() -> list[type[Document]]:
    return [model for model in modules.tables() if issubclass(model, Document)]


def test_an_answer_that_shows_personal_data_is_listed_by_a_document_about_a_person(ours: SampleTenant) -> None:
    words = personal_words(ours)
    stored = [StoredAnswer.read(item) for item in rows(StoredAnswer, ours.client)]
    personal = {row.partition for row in stored if any(word in row.content.decode() for word in words)}
    listed = {
        f"{ours.client.tenant}#{name}"
        for model in documents()
        for item in rows(model, ours.client)
        for name in model.read(item).answers or ()
    }
    assert len(personal) >= 5
    assert personal <= listed
    assert len(listed) < len(stored)


def test_documents_that_are_about_nobody_list_nothing(ours: SampleTenant) -> None:
    others = [model for model in documents() if not is_about_a_person(model)]
    assert {model.entity for model in others} >= {"item", "warehouse", "connection", "job"}
    for model in others:
        assert not [item for item in rows(model, ours.client) if "answers" in item], model.entity


def test_whatever_holds_personal_data_is_a_document_or_a_part_of_one() -> None:
    parts = {part for model in documents() for part in model.parts}
    holders = {
        model.__name__
        for model in modules.tables()
        if not issubclass(model, Document) and model not in parts
        for attribute in model.get_attributes().values()
        if any(each.is_of_a_person for each in attribute.field_classes)
    }
    # The entries of search are listed by the manifest of their document, and go with it.
    assert holders == {"AccessLogEntry", "SearchEntry"}
