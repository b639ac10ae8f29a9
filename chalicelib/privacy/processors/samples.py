"""Samples of sub-processors and processor terms. The product announces no change and has no text of the terms, so tests
declare these, as an operator would."""

from datetime import date

from chalicelib.kernel.privacy import DataClass
from chalicelib.kernel.samples import Samples, Text
from chalicelib.privacy.processors import terms
from chalicelib.privacy.processors.catalogue import SubProcessor

ANNOUNCED = SubProcessor(
    id="example-mail",
    name="Example Mail",
    purpose="Sends e-mails.",
    data_classes=frozenset({DataClass.CONTACT}),
    announced_on=date(2026, 1, 15),
    starts_on=date(2099, 1, 1),
    is_in_stage_region=False,
    place="Germany",
)
TERMS = "An example, which is no text of a lawyer."
SAMPLES = Samples(
    bodies={
        "object_to_processor": {
            "change": "example-mail-2099-01-01",
            "grounds": Text("Our customers do not want it."),
        },
        "accept_processor_terms": {"terms_version": terms.version(TERMS)},
    },
)
