"""Samples of vendors."""

from chalicelib.kernel.samples import Body, Ref, Samples, Text, Thing, Unique, address, external_refs

_TERMS: Body = {
    "own_customer_number": Text("4711"),
    "currency": "EUR",
    "terms": {"due_days": 14, "code": Text("14 days")},
    "lead_time_days": 10,
    "minimum_order": {"amount": "250.00", "currency": "EUR"},
}


def _vendor(name: str, email: str, number: str, reference: str) -> Body:
    contact = {
        "name": Text("Ada Lovelace"),
        "email": Text(email, suffix="@example.com"),
        "phone": Text("+49 30 901820"),
        "role": Text("Sales"),
    }
    return {
        "kind": "company",
        "name": Text(name),
        "legal_name": Text("Babbage Gears Ltd & Co. KG"),
        "contacts": [contact],
        "addresses": [address("billing"), address("shipping")],
        "tax_ids": [{"type": "other", "country": "DE", "tax_number": Text("12/345/67890")}],
        "language": "de",
        "notes": Text("Call before you deliver."),
        "external_refs": external_refs(reference),
        "number": Unique(number, "L-"),
        **_TERMS,
    }


_ROW: Body = _vendor("Babbage Gears Ltd", "charles@example.com", "L-70019", "70019")
SAMPLES = Samples(
    bodies={
        "create_vendor": _vendor("Babbage Gears Ltd", "charles@example.com", "L-70017", "70017"),
        "update_vendor": _vendor("Babbage and Sons Ltd", "sales@example.com", "L-70018", "70018"),
        "find_duplicates_of_new_vendor": _vendor("Babbage Gears Ltd", "charles@example.com", "L-70017", "70017"),
        "merge_vendor": {"into": Ref("other_vendor_id")},
        "make_customer_vendor": {"number": Unique("L-300", "L-M"), **_TERMS},
        "bulk_upsert_vendors": {"vendors": [_ROW], "on_error": "all_or_nothing", "key": "code"},
    },
    things=(
        Thing("create_vendor", gives={"vendor_id": "id"}, needs=("other_vendor_id",)),
        Thing("create_vendor", gives={"other_vendor_id": "id"}),
    ),
)
