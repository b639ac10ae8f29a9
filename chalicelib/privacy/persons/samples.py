"""Samples of searches for persons' data."""

from chalicelib.kernel.samples import OutsideThing, Samples, Text, Thing

SAMPLES = Samples(
    bodies={
        "search_person": {
            "names": [Text("Ada Lovelace")],
            "emails": [Text("ada@example.com", suffix="@example.com")],
            "phones": [Text("+44 20 7946 0958")],
            "document_ids": [],
        },
    },
    things=(
        Thing("search_person", gives={"search_id": "id"}),
        OutsideThing(("finding_id",), lambda _: {"finding_id": "parties.0123456789abcdef01234567"}),
    ),
)
