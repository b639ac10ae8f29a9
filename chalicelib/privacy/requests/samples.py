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
            "outcome": "partial",
            "reason": "legal_obligation",
            "text": Text("Invoices are kept as tax law demands."),
        },
        "extend_privacy_request": {"reason": "complex", "notice_at": "2026-11-27T10:00:00Z"},
        "mark_privacy_request_duplicate": {"request_id": Ref("request_id")},
        "appeal_privacy_request": {"text": Text("The address is still wrong.")},
    },
    things=(Thing("create_privacy_request", gives={"request_id": "id"}),),
)
