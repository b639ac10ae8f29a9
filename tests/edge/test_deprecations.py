"""Deprecated operations and fields: what callers are told, what is counted, and what happens after the sunset."""

import json
import uuid
from collections.abc import Callable
from datetime import date
from typing import Annotated, Any

import jsonschema
import msgspec
import pytest
from msgspec import UNSET, UnsetType

from chalicelib.catalog.items.schemas import ItemQuery, NewItem
from chalicelib.edge import openapi
from chalicelib.edge.declaration import Endpoint
from chalicelib.edge.system.document import OpenApiDocument
from chalicelib.edge.versions import history
from chalicelib.kernel.deprecation import Deprecation, deprecated
from tests.contract.operations import closed, endpoints
from tests.world import Client, Reply, World

SINCE, SUNSET, PASSED = date(2026, 11, 1), date(2098, 1, 2), date(2026, 11, 20)
LONG_AGO = date(2024, 1, 1)
ANNOUNCED = Deprecation(SINCE, SUNSET, "Use GET /v1/things.")
ENDED = Deprecation(LONG_AGO, PASSED, "Use GET /v1/things.")
DEPRECATION = "@1793491200"
"""The beginning of 2026-11-01 in UTC (`date -u -d 2026-11-01 +%s`)."""
LINKS = ", ".join(f'</v1/changelog>; rel="{name}"; type="application/json"' for name in ("deprecation", "sunset"))
Declare = Callable[..., Endpoint]


class Inner(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    old: Annotated[str | None, deprecated(LONG_AGO, sunset=None, instead="Use `new`.")] = None
    over: Annotated[str, deprecated(LONG_AGO, sunset=PASSED, instead="Use `new`.")] | UnsetType = UNSET
    new: str | None = None


class NewThing(NewItem, frozen=True, forbid_unknown_fields=True, kw_only=True):
    parts: list[Inner] = msgspec.field(default_factory=list)
    colour: Annotated[str | None, deprecated(SINCE, sunset=SUNSET, instead="Use `category`.")] = None


class ThingQuery(ItemQuery, frozen=True, kw_only=True):
    tint: Annotated[str | None, deprecated(SINCE, sunset=SUNSET, instead="Use `category`.")] = None
    shade: Annotated[str | None, deprecated(LONG_AGO, sunset=PASSED, instead="Use `category`.")] = None


@pytest.fixture
def declare(world: World) -> Any:
    """Changes the declaration of a route for the time of the test; the route itself is the real one."""
    before: list[tuple[Endpoint, str, Any]] = []

    def change(name: str, **options: Any) -> Endpoint:
        endpoint = endpoints()[name]
        for option, value in options.items():
            before.append((endpoint, option, getattr(endpoint, option)))
            object.__setattr__(endpoint, option, value)
        return endpoint

    yield change
    for endpoint, option, value in reversed(before):
        object.__setattr__(endpoint, option, value)


@pytest.fixture
def counted(capsys: pytest.CaptureFixture[str]) -> Callable[[], list[tuple[str, str, str]]]:
    """Operation, client and what is deprecated, of each use that was counted."""

    def read() -> list[tuple[str, str, str]]:
        lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]
        found = [line for line in lines if "DeprecatedUse" in line]
        for line in found:
            (metrics,) = line["_aws"]["CloudWatchMetrics"]
            assert sorted(metrics["Dimensions"][0]) == ["client", "deprecated", "operation", "stage"]
            known = {"_aws", "DeprecatedUse", *metrics["Dimensions"][0]}
            assert line.keys() == known, "nothing else may be in it: it could be personal"
        return [(line["operation"], line["client"], line["deprecated"]) for line in found]

    return read


def told(reply: Reply) -> tuple[str, str, str]:
    return reply.header("deprecation"), reply.header("sunset"), reply.header("link")


def test_every_answer_of_a_deprecated_operation_says_since_and_until_when_and_where_to_read_on(
    acme: Client, declare: Declare, counted: Any
) -> None:
    assert told(acme.get("/v1/items")) == ("", "", "")
    declare("list_items", deprecated=ANNOUNCED)
    for reply, status in ((acme.get("/v1/items"), 200), (acme.get("/v1/items?nothing=x"), 400)):
        assert reply.status == status
        assert told(reply) == (DEPRECATION, "Thu, 02 Jan 2098 00:00:00 GMT", LINKS)
    assert counted() == [("list_items", "novex-web", "operation")] * 2
    declare("list_items", deprecated=Deprecation(SINCE, None, "Use another."))
    assert told(acme.get("/v1/items")) == (DEPRECATION, "", LINKS.partition(",")[0])


def test_a_browser_may_read_and_send_the_headers(acme: Client) -> None:
    exposed = acme.get("/v1/items").header("access-control-expose-headers")
    assert {"Deprecation", "Sunset", "Link", "Novex-Version"} <= {name.strip() for name in exposed.split(",")}
    preflight = acme.call("OPTIONS", "/v1/items", headers={"Origin": "http://localhost:3000"})
    assert "Novex-Version" in preflight.header("access-control-allow-headers")


def test_an_operation_whose_sunset_has_passed_is_gone_and_does_nothing(
    acme: Client, declare: Declare, counted: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.listed.check", lambda *_: None)  # the specification is of what is really declared
    declare("create_item", deprecated=ENDED)
    body = {"sku": f"D-{uuid.uuid4().hex[:8]}", "name": "n"}
    reply = acme.post("/v1/items", body)
    problem = reply.refused(410, "operation_sunset")
    assert problem["detail"] == "It ended on 2026-11-20. Use GET /v1/things."
    assert told(reply)[:2] == ("@1704067200", "Fri, 20 Nov 2026 00:00:00 GMT")
    assert acme.get(f"/v1/items?sku={body['sku']}").ok()["data"] == []
    assert counted() == [("create_item", "novex-web", "operation")]


def test_who_may_not_call_an_operation_is_told_that_first(acme: Client, declare: Declare) -> None:
    declare("create_item", deprecated=ENDED)
    acme.as_().post("/v1/items", {}).refused(403, "forbidden")
    acme.world.anonymous().post("/v1/items", {}).refused(401, "unauthorized")


def test_only_requests_that_use_a_deprecated_field_of_the_body_are_told(
    acme: Client, declare: Declare, counted: Any
) -> None:
    declare("create_item", body=NewThing)
    dry = "/v1/items?dry_run=true"
    assert told(acme.post(dry, {"sku": "D-1", "name": "n", "parts": [{"new": "x"}]})) == ("", "", "")
    reply = acme.post(dry, {"sku": "D-1", "name": "n", "colour": None})
    assert (reply.status, told(reply)[:2]) == (200, (DEPRECATION, "Thu, 02 Jan 2098 00:00:00 GMT"))
    reply = acme.post(dry, {"sku": "D-1", "name": "n", "colour": "red", "parts": [{}, {"old": "x"}]})
    assert told(reply) == ("@1704067200", "Thu, 02 Jan 2098 00:00:00 GMT", LINKS)
    uses = [("create_item", "novex-web", each) for each in ("field NewThing.colour", "field Inner.old")]
    assert sorted(counted()) == sorted([uses[0], *uses])


def test_a_field_of_the_body_whose_sunset_has_passed_is_refused_at_its_place(acme: Client, declare: Declare) -> None:
    declare("create_item", body=NewThing)
    body = {"sku": "D-1", "name": "n", "parts": [{"new": "x"}, {"over": "x", "old": "y"}]}
    problem = acme.post("/v1/items", body).refused(422, "invalid")
    expected = {"pointer": "/parts/1/over", "code": "sunset", "message": "It has ended. Use `new`."}
    assert problem["errors"] == [expected]


def test_a_query_parameter_can_be_deprecated_and_ends_too(acme: Client, declare: Declare, counted: Any) -> None:
    declare("list_items", query=ThingQuery)
    assert told(acme.get("/v1/items?limit=1")) == ("", "", "")
    assert told(acme.get("/v1/items?limit=1&tint=x"))[0] == DEPRECATION
    problem = acme.get("/v1/items?shade=x").refused(400, "bad_request")
    assert problem["errors"][0]["pointer"] == "/query/shade"
    assert problem["errors"][0]["code"] == "sunset"
    assert [use[2] for use in counted()] == ["field ThingQuery.tint", "field ThingQuery.shade"]


def test_an_older_version_is_deprecated_on_every_answer_and_counted_where_it_differs(
    acme: Client, counted: Any
) -> None:
    oldest, ending = history.VERSIONS[0], history.deprecation(history.VERSIONS[0].name)
    assert ending is not None
    for path in ("/v1/items", "/v1/sales-orders/so_x"):
        reply = acme.get(path, **{"Novex-Version": oldest.name})
        assert told(reply) == ("@1795651200", "Wed, 01 Dec 2027 00:00:00 GMT", LINKS), path
        assert told(acme.get(path, **{"Novex-Version": history.newest()})) == ("", "", "")
    assert counted() == [("read_sales_order", "novex-web", f"version {oldest.name}")]


def test_the_specification_shows_what_is_deprecated(declare: Declare) -> None:
    declare("list_items", deprecated=ANNOUNCED, query=ThingQuery)
    declare("create_item", body=NewThing, deprecated=ENDED)
    document = openapi.document(list(endpoints().values()))
    said = {"deprecated": True, "x-deprecated-since": "2026-11-01", "x-sunset": "2098-01-02"}
    listing, creating = document["paths"]["/v1/items"]["get"], document["paths"]["/v1/items"]["post"]
    assert listing.items() >= {**said, "x-instead": "Use GET /v1/things."}.items()
    tint = next(each for each in listing["parameters"] if each["name"] == "tint")
    assert tint.items() >= {**said, "x-instead": "Use `category`."}.items()
    assert "deprecated" not in str(tint["schema"])
    colour = document["components"]["schemas"]["NewThing"]["properties"]["colour"]
    assert "'deprecated': True" in str(colour)
    assert {"Deprecation", "Sunset", "Link"} <= creating["responses"]["201"]["headers"].keys()
    assert "410" in creating["responses"] and "410" in listing["responses"]
    schema = document["paths"]["/openapi.json"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    jsonschema.Draft202012Validator({**schema, "components": closed(document["components"])}).validate(document)
    msgspec.convert(document, OpenApiDocument)


def test_a_sunset_needs_a_year_of_notice() -> None:
    Deprecation(date(2026, 1, 1), date(2027, 1, 1), "Use another.")
    with pytest.raises(ValueError, match="may not end before 2027-01-01"):
        Deprecation(date(2026, 1, 1), date(2026, 12, 31), "Use another.")


def test_the_next_page_and_the_deprecation_share_the_link_header() -> None:
    from chalicelib.edge.api import _with_common_headers
    from chalicelib.edge.incoming import Incoming
    from chalicelib.kernel import clock

    received = Incoming("GET", "/v1/items", {}, {}, b"", {}, "r", "", "t", clock.now(), {"Link": LINKS})
    response = {"statusCode": 200, "headers": {"Link": '</v1/items?cursor=x>; rel="next"'}}
    assert _with_common_headers(response, received)["headers"]["Link"] == f'</v1/items?cursor=x>; rel="next", {LINKS}'
