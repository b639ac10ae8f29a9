"""What the declaration of a route refuses at import."""

from collections.abc import Callable
from typing import Annotated

import pytest
from msgspec import Meta

from chalicelib.catalog.items.schemas import ItemId
from chalicelib.edge import openapi
from chalicelib.edge.endpoint import NoBody, NoQuery, Request, Routes

PATH = "/v1/things/{item_id}"


def declared(view: Callable[..., object], tag: str = "Things", description: str = "Things of all kinds.") -> Routes:
    routes = Routes(__name__, tag, description)
    routes.get(PATH, permission="item.read")(view)
    return routes


def described(request: Request[NoBody, NoQuery], item_id: ItemId) -> None:
    """Read a thing."""


def plain(request: Request[NoBody, NoQuery], item_id: str) -> None:
    """Read a thing."""


def undescribed(request: Request[NoBody, NoQuery], item_id: Annotated[str, Meta(pattern="^x$")]) -> None:
    """Read a thing."""


def another(request: Request[NoBody, NoQuery], thing_id: ItemId) -> None:
    """Read a thing."""


def none(request: Request[NoBody, NoQuery]) -> None:
    """Read a thing."""


def test_a_path_parameter_has_the_type_of_its_id() -> None:
    (endpoint,) = declared(described).endpoints
    assert endpoint.path_types == {"item_id": ItemId}


@pytest.mark.parametrize("view", [plain, undescribed])
def test_a_path_parameter_without_a_description_is_refused(view: Callable[..., object]) -> None:
    with pytest.raises(TypeError, match="the type of item_id has no description"):
        declared(view)


@pytest.mark.parametrize("view", [another, none])
def test_a_view_takes_exactly_the_parameters_of_its_path(view: Callable[..., object]) -> None:
    with pytest.raises(TypeError, match="does not take exactly the parameters of the path"):
        declared(view)


def test_packages_with_one_tag_share_its_description() -> None:
    endpoints = [*declared(described, description="").endpoints, *declared(described).endpoints]
    assert openapi.document(endpoints)["tags"] == [{"name": "Things", "description": "Things of all kinds."}]


@pytest.mark.parametrize("descriptions", [("", ""), ("Things of all kinds.", "Other words.")])
def test_a_tag_without_a_description_or_with_two_is_refused(descriptions: tuple[str, ...]) -> None:
    endpoints = [endpoint for text in descriptions for endpoint in declared(described, description=text).endpoints]
    with pytest.raises(TypeError, match="a tag has no description, or two"):
        openapi.document(endpoints)
