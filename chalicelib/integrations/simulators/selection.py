"""Answers GraphQL queries of nested fields without arguments, from plain data."""

import re
from collections.abc import Iterator, Mapping

_TOKEN = re.compile(r"\s*([A-Za-z_]\w*|[{}])")
Selection = dict[str, "Selection"]
Data = Mapping[str, object]


class NotUnderstood(Exception):
    """The query is not of this kind, or asks for a field that there is not; the text says which."""


def answer(query: str, data: Data) -> Data:
    """The selected part of `data`. NotUnderstood."""
    tokens = _tokens(query)
    first = next(tokens, "")
    if (next(tokens, "") if first == "query" else first) != "{":
        raise NotUnderstood("Only unnamed queries are understood here.")
    selection = _selection(tokens)
    if next(tokens, None) is not None:
        raise NotUnderstood("Something follows the query.")
    return _selected(selection, data, "QueryRoot")


def _tokens(query: str) -> Iterator[str]:
    place, text = 0, query.strip()
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None:
            raise NotUnderstood(f"Unexpected {text[place]!r}.")
        place = found.end()
        yield found[1]


def _selection(tokens: Iterator[str]) -> Selection:
    """The fields up to the closing brace; the opening one has been read."""
    fields: Selection = {}
    last = ""
    for word in tokens:
        if word == "}":
            return fields
        if word == "{":
            fields[last] = _selection(tokens)
        else:
            fields[word], last = {}, word
    raise NotUnderstood("A brace is not closed.")


def _selected(selection: Selection, data: Data, kind: str) -> Data:
    found: dict[str, object] = {}
    for name, inner in selection.items():
        if name not in data:
            raise NotUnderstood(f"Field '{name}' doesn't exist on type '{kind}'")
        value = data[name]
        found[name] = _selected(inner, value, name.capitalize()) if isinstance(value, Mapping) else value
    return found
