"""Every metric that the product counts has an alarm, or is listed here as one that needs none."""

import ast
import importlib
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

from infra.stack.alarms import LASTING_METRICS, PRODUCT_METRICS
from tests.test_architecture import TREES

WITHOUT_ALARM = {
    "AccessLines": "how many requests were logged",
    "ConsumerFailed": "it is tried again, and parked in the end, which has an alarm",
    "Deliveries*": "how deliveries end; the bad ends have alarms",
    "DeliveriesReceived": "how many deliveries came",
    "DeprecatedUse": "the sunset has a day",
    "JobsRequeued": "the reconciler has mended it",
    "LogoutRefused": "anybody may send a token that is none",
    "PrivacyRequestHalfTime": "the tenant's officer is told by the journal",
    "PrivacyRequestLate": "the tenant's officer is told by the journal",
    "Refused*": "callers' own errors, by status",
}
"""Metrics without an alarm, each with the reason; a `*` stands for what is known only at run time."""


def counted() -> set[str]:
    """The names of all metrics that the product counts."""
    return {
        name
        for file, tree in TREES.items()
        if file.startswith("chalicelib/")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("log.count", "log.count_by")
        for name in names(file, node.args[0])
    }


def names(file: str, argument: ast.expr) -> Iterator[str]:
    """What the first argument of the call may be: a text, a text with places, or a value of a table of the module."""
    if isinstance(argument, ast.Constant):
        yield argument.value
    elif isinstance(argument, ast.JoinedStr):
        yield "".join(part.value if isinstance(part, ast.Constant) else "*" for part in argument.values)
    else:
        assert isinstance(argument, ast.Subscript) and isinstance(argument.value, ast.Name), f"{file}: what is counted?"
        module = importlib.import_module(Path(file).with_suffix("").as_posix().replace("/", "."))
        yield from getattr(module, argument.value.id).values()


def test_every_metric_has_an_alarm_or_is_listed_as_one_without() -> None:
    watched = PRODUCT_METRICS.keys() | LASTING_METRICS.keys()
    assert counted() - watched == WITHOUT_ALARM.keys()


def test_every_alarm_is_about_a_metric_that_is_counted() -> None:
    watched = PRODUCT_METRICS.keys() | LASTING_METRICS.keys()
    assert [name for name in watched if not any(fnmatchcase(name, each) for each in counted())] == []


def test_metrics_are_counted_by_the_one_module_that_the_names_are_read_from() -> None:
    """A call by another name would not be seen above."""
    imported = [
        file
        for file, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "chalicelib.kernel.log"
    ]
    assert imported == []
