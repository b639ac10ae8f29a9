"""Lists of entity tags."""

import pytest

from chalicelib.edge import etags


@pytest.mark.parametrize(
    ("header", "tags"),
    [
        ('"1"', ['"1"']),
        (' W/"a" ,"b"', ['W/"a"', '"b"']),
        ('"1", , "2",', ['"1"', '"2"']),
        (" * ", "*"),
        ('"1" "2"', None),
        ('"1""2"', None),
        ('"1", *', None),
        ('"1', None),
        ("1", None),
        (",", None),
        ("", None),
    ],
)
def test_a_list_of_tags_is_read_or_refused_as_a_whole(header: str, tags: object) -> None:
    assert etags.parse(header) == tags


def test_long_headers_are_read_in_linear_time() -> None:
    for part in (",", " ", " ,", '"', 'W/"', '"1",'):
        etags.parse('"1"' + part * 8000 + "x")
