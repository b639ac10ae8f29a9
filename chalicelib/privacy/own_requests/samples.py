"""Samples of requests of users about their own accounts."""

from chalicelib.kernel.samples import Samples, Text, Thing

SAMPLES = Samples(
    bodies={
        "create_own_privacy_request": {"kind": "access", "law": "gdpr", "statement": Text("What do you know of me?")},
        "verify_own_code": {"code": "20461977"},
        "appeal_own_privacy_request": {"text": Text("I do not agree.")},
    },
    things=(Thing("create_own_privacy_request", gives={"own_request_id": "id"}),),
)
