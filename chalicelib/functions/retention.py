"""The daily retention sweep. Its rules are the declarations of the tables, nothing else."""

from collections.abc import Mapping
from typing import Any

import msgspec
from chalice.app import Blueprint, CloudWatchEvent, Rate

from chalicelib import modules
from chalicelib.functions import runtime
from chalicelib.privacy.retention import rules, sweep

blueprint = Blueprint(__name__)
_CLOCK = "aws.events"
_EMPTY_EVENT: dict[str, Any] = {
    "version": "0",
    "id": "",
    "detail-type": "",
    "source": "",
    "account": "",
    "time": "",
    "region": "",
    "resources": [],
    "detail": {},
}


def _sweep(event: CloudWatchEvent) -> Any:
    given = event.to_dict()
    dry_run = bool(given.get("dry_run") or given["detail"].get("dry_run"))
    with runtime.invocation("sweep_retention", event.context) as running:
        declared = rules.of(modules.tables())
        if given.get("source") == _CLOCK and not dry_run:
            report = sweep.run_if_due(declared, running.deadline)
        else:
            report = sweep.run(declared, running.deadline, dry_run=dry_run)
        return msgspec.to_builtins(report)


_sweep.__name__ = "sweep_retention"
_scheduled = blueprint.schedule(Rate(15, unit=Rate.MINUTES), name="sweep_retention")(_sweep)


def sweep_retention(event: Mapping[str, Any], context: object) -> Any:
    """Sweeps, or with {"dry_run": true} in the event only counts what is due. Returns the report.

    The clock invokes it every 15 minutes, so that a large sweep goes on soon, and begins one a day. Invoked by hand it
    begins at once.

    Chalice insists on all members of a scheduled event; an operator who starts a dry run by hand sends only one.
    """
    return _scheduled({**_EMPTY_EVENT, **event}, context)
