"""Samples of customers."""

from chalicelib.kernel.samples import Body, Ref, Samples, Text, Thing, Unique, address, external_refs

_TERMS: Body = {
    "currency": "EUR",
    "price_list_id": Ref("price_list_id"),
    "group": Text("Retail"),
    "credit_limit": {"amount": "5000.00", "currency": "EUR"},
    "terms": {"due_days": 30, "code": Text("NET30")},
    "tax_treatment": "exempt",
    "tax_exemption": {"reason": Text("Resale certificate"), "number": Text("R-881")},
    "default_warehouse_id": Ref("warehouse_id"),
}


def _customer(name: str, email: str, number: str, reference: str) -> Body:
    contact = {
        "name": Text("Ada Lovelace"),
        "email": Text(email, suffix="@example.com"),
        "phone": Text("+49 30 901820"),
        "role": Text("Purchasing"),
    }
    return {
        "kind": "company",
        "name": Text(name),
        "legal_name": Text("Lovelace Bikes GmbH & Co. KG"),
        "contacts": [contact],
        "addresses": [address("billing"), address("shipping")],
        "tax_ids": [{"type": "other", "country": "DE", "tax_number": Text("12/345/67890")}],
        "language": "de",
        "notes": Text("Call before you deliver."),
        "external_refs": external_refs(reference),
        "number": Unique(number, "K-"),
        **_TERMS,
    }


_ROW: Body = {
    name: value
    for name, value in _customer("Lovelace Bikes GmbH", "ada@example.com", "K-20019", "20019").items()
    if name not in ("price_list_id", "default_warehouse_id")
}
SAMPLES = Samples(
    bodies={
        "create_customer": _customer("Lovelace Bikes GmbH", "ada@example.com", "K-20017", "20017"),
        "update_customer": _customer("Lovelace and Daughters GmbH", "orders@example.com", "K-20018", "20018"),
        "find_duplicates_of_new_customer": _customer("Lovelace Bikes GmbH", "ada@example.com", "K-20017", "20017"),
        "merge_customer": {"into": Ref("other_customer_id")},
        "make_vendor_customer": {"number": Unique("K-300", "K-M"), **_TERMS},
        "bulk_upsert_customers": {"customers": [_ROW], "on_error": "all_or_nothing", "key": "code"},
    },
    things=(
        Thing("create_customer", gives={"customer_id": "id"}, needs=("other_customer_id",)),
        Thing("create_customer", gives={"other_customer_id": "id", "party_id": "id"}),
    ),
)
