"""Samples of tax codes."""

from chalicelib.kernel.samples import Body, Samples, Text, Thing


def _tax_code(code: str) -> Body:
    rate = {
        "country": "DE",
        "region": Text("BE"),
        "percent": "19",
        "valid_from": "2021-01-01",
        "valid_to": "2030-12-31",
        "name": Text("VAT 19%"),
    }
    return {
        "code": Text(code),
        "name": Text("Standard rate"),
        "description": Text("Goods and services without another rate."),
        "kind": "standard",
        "rates": [rate],
    }


SAMPLES = Samples(
    bodies={
        "create_tax_code": _tax_code("VAT-STANDARD"),
        "update_tax_code": _tax_code("VAT-FULL"),
        "bulk_upsert_tax_codes": {"tax_codes": [_tax_code("VAT-NORMAL")], "on_error": "all_or_nothing"},
    },
    things=(Thing("create_tax_code", gives={"tax_code_id": "id"}),),
)
