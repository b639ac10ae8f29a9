"""Samples of searches for persons' data."""

from chalicelib.kernel.samples import Samples, Thing

SAMPLES = Samples(
    bodies={
        "search_person": {
            "names": ["Ada Lovelace"],
            "emails": ["ada@example.com"],
            "phones": ["+44 20 7946 0958"],
            "document_ids": [],
        },
        "choose_findings": {"finding_ids": ["parties.0123456789abcdef01234567"], "include": True},
    },
    things=(Thing("search_person", gives={"search_id": "id"}),),
)
