"""msgspec's description of the fields of structs."""

from typing import Any

import msgspec
from msgspec import inspect

TypeForm = Any
"""A type that msgspec can encode: a class, or a form such as `Page[Item]` or `Item | None`, for which Python's typing
has no common type yet (PEP 747)."""


def fields(kind: type[msgspec.Struct]) -> tuple[inspect.Field, ...]:
    """The fields of a struct with their types. TypeError for what is no struct."""
    described = inspect.type_info(kind)
    if not isinstance(described, inspect.StructType):
        raise TypeError(f"{kind.__name__} is no struct")
    return described.fields
