"""Samples of privacy requests."""

from chalicelib.kernel.samples import Ref, Samples, Text, Thing

_SUBJECT = {
    "name": Text("Ada Lovelace"),
    "emails": [Text("ada@example.com", suffix="@example.com")],
    "phones": [Text("+49 30 901820")],
    "document_ids": [Ref("customer_id")],
    "external_ids": [{"system": "legacy", "external_id": Text("C-4711")}],
}
_CORRECTION = [
    {
        "document_id": Ref("customer_id"),
        "field": "contacts.0.name",
        "proposed_value": Text("Augusta Ada Lovelace"),
        "evidence": Text("A copy of the register."),
    }
]
_STEPS = ("acknowledge_privacy_request", "record_privacy_request_identity", "decide_privacy_request")
_NAMES = ("request_id", "awaiting_request_id", "identified_request_id")


def _request(steps: int, name: str, needs: tuple[str, ...] = ("leading_request_id",)) -> Thing:
    """A request so many steps on, under its name and under those by which the steps know it."""
    gives = dict.fromkeys((name, *_NAMES[:steps]), "id")
    return Thing("create_privacy_request", gives=gives, steps=_STEPS[:steps], needs=needs)


SAMPLES = Samples(
    bodies={
        "create_privacy_request": {
            "kind": "correction",
            "law": "gdpr",
            "subject": _SUBJECT,
            "on_behalf_of": {
                "name": Text("Charles Babbage"),
                "email": Text("charles@example.com", suffix="@example.com"),
                "phone": Text("+49 30 901821"),
                "evidence": Text("A letter with her signature."),
            },
            "statement": Text("My name is spelled wrongly."),
            "correction": _CORRECTION,
        },
        "update_privacy_request": {"subject": _SUBJECT, "correction": _CORRECTION},
        "verify_privacy_request_code": {"code": "20461977"},
        "record_privacy_request_identity": {"how": "seen_document"},
        "hold_privacy_request": {"reason": "litigation"},
        "decide_privacy_request": {
            "outcome": "refuse",
            "reason": "legal_obligation",
            "text": Text("Invoices are kept as tax law demands."),
        },
        "extend_privacy_request": {"reason": "complex"},
        "record_privacy_request_recipient": {"recipient": "shopify:acme.myshopify.com", "receipt": Text("Ticket 12")},
        "mark_privacy_request_duplicate": {"request_id": Ref("leading_request_id")},
        "create_own_privacy_request": {"kind": "access", "law": "gdpr", "statement": Text("What do you know of me?")},
        "verify_own_code": {"code": "20461977"},
        "appeal_own_privacy_request": {"text": Text("I do not agree.")},
        "appeal_privacy_request": {"text": Text("The address is still wrong.")},
    },
    things=(
        Thing("create_privacy_request", gives={"request_id": "id"}),
        _request(1, "awaiting_request_id", needs=()),
        _request(2, "leading_request_id", needs=()),
        _request(2, "identified_request_id"),
        _request(3, "decided_request_id"),
        Thing("create_own_privacy_request", gives={"own_request_id": "id"}),
        Thing(
            "create_own_privacy_request",
            gives={"decided_own_request_id": "id", "answered_own_request_id": "id", "identified_request_id": "id"},
            steps=("decide_privacy_request",),
        ),
    ),
)
