"""What is true of every route in every version of the API."""

import json

import jsonschema
import pytest

from chalicelib.edge import index
from chalicelib.edge.versions import history
from chalicelib.edge.versions.exchange import HEADER
from tests.contract.asking import required_query
from tests.contract.operations import Operation, closed
from tests.contract.sample_tenant import SampleTenant
from tests.world import World

VERSIONS = [version.name for version in history.VERSIONS]


@pytest.mark.parametrize("version", VERSIONS)
def test_every_answer_says_its_version_and_is_as_the_specification_of_that_version_has_it(
    ours: SampleTenant, routes: list[Operation], version: str
) -> None:
    document = json.loads(index.made_document(version))
    components = closed(document["components"])
    named = [
        parameter["schema"]["enum"]
        for methods in document["paths"].values()
        for operation in methods.values()
        for parameter in operation["parameters"]
        if parameter["name"] == HEADER and "enum" in parameter["schema"]
    ]
    assert len(named) > 50
    assert all(each == [version] for each in named), "a program made from the document is answered as it says"
    for operation in routes:
        if operation.method == "GET" and not operation.endpoint.is_public:
            reply = ours.client.get(required_query(operation, ours), **{HEADER: version})
            assert reply.header(HEADER) == version, operation.name
            described = document["paths"][operation.endpoint.path]["get"]["responses"]["200"]
            if "application/json" not in described["content"]:
                assert reply.status == 200, operation.name
                continue
            whole = {**described["content"]["application/json"]["schema"], "components": components}
            errors = list(jsonschema.Draft202012Validator(whole).iter_errors(reply.ok()))
            assert not errors, (operation.name, errors)


def test_every_route_refuses_a_version_that_is_not_supported(ours: SampleTenant, routes: list[Operation]) -> None:
    for operation in routes:
        if not operation.endpoint.is_public:
            headers = {**operation.headers("x"), HEADER: "2000-01-01"}
            reply = ours.client.call(operation.method, operation.path(ours.ids), None, headers)
            problem = reply.refused(400, "unknown_version")
            assert problem["supported"] == VERSIONS, operation.name
            assert reply.header(HEADER) == VERSIONS[-1], operation.name


def test_every_refusal_of_a_route_says_its_version(world: World, ours: SampleTenant, routes: list[Operation]) -> None:
    nobody = ours.client.as_()
    for operation in routes:
        if not operation.endpoint.is_public:
            for version in VERSIONS:
                headers = {**operation.headers("x"), HEADER: version}
                reply = nobody.call(operation.method, operation.path(ours.ids), {"no": "such field"}, headers)
                assert reply.header(HEADER) == version, (operation.name, reply.status)


def test_every_versioned_route_documents_the_header_and_no_other_does(routes: list[Operation]) -> None:
    for operation in routes:
        named = [each for each in operation.spec["parameters"] if each["name"] == HEADER]
        answered = [HEADER in response["headers"] for response in operation.spec["responses"].values()]
        assert bool(named) is all(answered) is any(answered) is operation.endpoint.versioned, operation.name
        is_any = operation.endpoint.is_public
        assert all(each["schema"].get("enum", VERSIONS[-1:]) == VERSIONS[-1:] for each in named)
        assert all(("enum" in each["schema"]) is not is_any and not each["required"] for each in named)
    public = {each.name for each in routes if each.endpoint.versioned and each.endpoint.is_public}
    assert public == {"read_openapi"}


def test_every_type_that_a_change_names_is_there(routes: list[Operation]) -> None:
    """A type that is renamed or removed would leave its older forms without a conversion."""
    for version in history.VERSIONS:
        for change in version.changes:
            assert change.types.keys() <= routes[0].document["components"]["schemas"].keys()
            assert change.feed.keys() <= {event["entity"] for event in routes[0].document["x-events"].values()}
