"""Samples of customers."""

from chalicelib.kernel.samples import Body, Samples, Text, Thing, address, external_refs


def _customer(name: str, email: str, reference: str) -> Body:
    contact = {
        "name": Text("Ada Lovelace"),
        "email": Text(email, suffix="@example.com"),
        "phone": Text("+49 30 901820"),
        "role": Text("Purchasing"),
    }
    return {
        "kind": "company",
        "name": Text(name),
        "contacts": [contact],
        "addresses": [address("billing"), address("shipping")],
        "tax_id": Text("DE129273398"),
        "currency": "EUR",
        "terms": {"due_days": 30, "code": Text("NET30")},
        "notes": Text("Call before you deliver."),
        "external_refs": external_refs(reference),
    }


SAMPLES = Samples(
    bodies={
        "create_customer": _customer("Lovelace Bikes GmbH", "ada@example.com", "20017"),
        "update_customer": _customer("Lovelace and Daughters GmbH", "orders@example.com", "20018"),
    },
    things=(Thing("create_customer", gives={"customer_id": "id"}),),
)
