"""Samples of the public form."""

from chalicelib.kernel.samples import Maker, OutsideThing, Samples, Text, Thing


def _request(maker: Maker) -> dict[str, str]:
    """A request by the form, which the last one that an officer wrote down stands for: its id is as good."""
    return {"form_request_id": maker.ids["request_id"]}


SAMPLES = Samples(
    bodies={
        "receive_privacy_request": {
            "kind": "erasure",
            "law": "gdpr",
            "name": Text("Ada Lovelace"),
            "email": Text("ada@example.com", suffix="@example.com"),
            "phone": Text("+49 30 901820"),
            "on_behalf_of": {
                "name": Text("Charles Babbage"),
                "email": Text("charles@example.com", suffix="@example.com"),
                "phone": Text("+49 30 901821"),
                "evidence": Text("A letter with her signature."),
            },
            "statement": Text("Please delete my account."),
        },
        "verify_form_code": {"code": "20461977"},
    },
    things=(
        Thing("link_privacy_form", gives={"form_token": "token"}),
        OutsideThing(("form_request_id",), _request, needs=("request_id",)),
    ),
)
