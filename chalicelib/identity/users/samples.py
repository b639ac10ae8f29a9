"""Samples of users."""

from chalicelib.kernel.samples import Body, Samples, Text, Thing


def _person(given_name: str) -> Body:
    return {"given_name": Text(given_name), "family_name": Text("Lovelace"), "roles": ["sales"]}


SAMPLES = Samples(
    bodies={
        "invite_user": {**_person("Ada"), "email": Text("ada@example.com", suffix="@example.com")},
        "update_user": _person("Augusta Ada"),
    },
    things=(Thing("invite_user", gives={"user_id": "id"}),),
)
