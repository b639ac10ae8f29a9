"""Samples of searches for persons' data."""

from chalicelib.kernel.samples import Samples

SAMPLES = Samples(
    bodies={
        "search_person": {
            "names": ["Ada Lovelace"],
            "emails": ["ada@example.com"],
            "phones": ["+44 20 7946 0958"],
            "document_ids": [],
        },
        "repeat_person_search": {},
        "choose_findings": {"finding_ids": ["parties.0123456789abcdef01234567"], "include": True},
    },
)
