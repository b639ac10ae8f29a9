"""Names of the template's resources."""

from typing import Any

API_FUNCTION = "api_handler"


def logical_id(function: str) -> str:
    """The logical id that Chalice gives a function."""
    return "APIHandler" if function == API_FUNCTION else camel(function)


def role_id(function: str) -> str:
    """The logical id that Chalice gives a function's role."""
    return f"{camel(function)}Role"


def table_id(plural: str) -> str:
    """The logical id of a table."""
    return f"{camel(plural)}Table"


def camel(name: str) -> str:
    """`access_log` -> `AccessLog`."""
    return "".join(part.title() for part in name.split("_"))


def plural_of(model: Any) -> str:
    """`sales_orders` of `novex-<stage>-sales_orders`."""
    return str(model.table_name().split("-", 2)[2])
