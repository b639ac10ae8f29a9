"""Names of the template's resources."""

import re
from argparse import ArgumentTypeError
from typing import Any

API_FUNCTION = "api_handler"
STAGE_NAME = "[a-z][a-z0-9]{1,11}"
"""Without hyphens and slashes, because names begin with `novex-<stage>-` and `novex/<stage>/`, and policies use them as
prefixes: a stage `prod-x` would be reached by roles of `prod`."""


def stage_name(text: str) -> str:
    """The name of a stage, as a type of the command line. ArgumentTypeError when it cannot be one."""
    if not re.fullmatch(STAGE_NAME, text):
        raise ArgumentTypeError(f"{text!r} is no stage: 2 to 12 small letters and digits, a letter first")
    return text


def logical_id(function: str) -> str:
    """The logical id that Chalice gives a function."""
    return "APIHandler" if function == API_FUNCTION else camel(function)


def role_id(function: str) -> str:
    """The logical id that Chalice gives a function's role."""
    return f"{camel(function)}Role"


def table_id(plural: str) -> str:
    """The logical id of a table."""
    return f"{camel(plural)}Table"


def wake_queue_id(queue: str) -> str:
    """The logical id of the consumers' queue of that name."""
    return f"{camel(queue)}WakesQueue"


def camel(name: str) -> str:
    """`access_log` -> `AccessLog`."""
    return "".join(part.title() for part in name.split("_"))


def plural_of(model: Any) -> str:
    """`sales_orders` of `novex-<stage>-sales_orders`."""
    return str(model.table_name().split("-", 2)[2])
