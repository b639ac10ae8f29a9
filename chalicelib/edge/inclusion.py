"""The names that an answer includes, of the things that it refers to."""

from collections.abc import Collection, Iterator, Mapping
from functools import cache
from typing import get_origin

import msgspec

from chalicelib.access import permissions
from chalicelib.edge import structs
from chalicelib.kernel import declaration
from chalicelib.kernel.call import Call
from chalicelib.kernel.names import Nameable, Named
from chalicelib.kernel.struct_types import TypeForm


@cache
def kinds(returns: TypeForm) -> tuple[str, ...]:
    """The kinds of things that an answer of this type refers to by id."""
    top: object = get_origin(returns) or returns
    if "included" not in getattr(top, "__struct_fields__", ()):
        return ()
    answered = structs.below([returns])
    names = {field.encode_name for struct in answered for field in struct.fields}
    found = declaration.nameables().items()
    return tuple(sorted(kind for kind, (_, nameable) in found if not names.isdisjoint(nameable.fields)))


def included(call: Call, result: msgspec.Struct, requested: Collection[str]) -> Mapping[str, Named]:
    """The names of the things of the requested kinds that the result refers to, as far as the caller may see them."""
    found: dict[str, Named] = {}
    for kind in requested:
        module, nameable = declaration.nameables()[kind]
        is_allowed = nameable.permission is None or permissions.is_allowed(call.roles, nameable.permission)
        identifiers = sorted(set(_references(result, nameable))) if is_allowed else []
        if identifiers:
            found |= module.member(nameable.read)(call, identifiers)
    return found


def _references(value: object, nameable: Nameable) -> Iterator[str]:
    """The ids in the fields that hold such ids, at any depth."""
    if isinstance(value, list):
        for member in value:
            yield from _references(member, nameable)
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            member = getattr(value, name)
            if isinstance(member, str) and name in nameable.fields:
                yield member
            else:
                yield from _references(member, nameable)
