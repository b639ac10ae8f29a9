"""msgspec's description of the fields of structs."""

import msgspec
from msgspec import inspect


def fields(kind: type[msgspec.Struct]) -> tuple[inspect.Field, ...]:
    """The fields of a struct with their types. TypeError for what is no struct."""
    described = inspect.type_info(kind)
    if not isinstance(described, inspect.StructType):
        raise TypeError(f"{kind.__name__} is no struct")
    return described.fields
