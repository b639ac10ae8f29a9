"""Limits users to warehouses. It is in this package because the package of users is below warehouses."""

from collections.abc import Sequence

from chalicelib.identity.users import events as user_events
from chalicelib.identity.users import service as users
from chalicelib.identity.users.schemas import User
from chalicelib.inventory.warehouses import service as warehouses
from chalicelib.kernel.errors import Invalid, collected, repeats
from chalicelib.kernel.use_case import use_case
from chalicelib.kernel.work import Work


@use_case(user_events.LIMITED)
def limit(work: Work, user_id: str, requested: Sequence[str] | None) -> User:
    """Limits a user to warehouses, or removes the limit with None. Invalid for unknown and repeated warehouses."""
    problems = repeats("/warehouses", requested or [])
    with collected(problems):
        warehouses.known(work, [(each, f"/warehouses/{index}") for index, each in enumerate(requested or [])])
    if problems:
        raise Invalid(errors=problems)
    return users.limit(work, user_id, requested)
