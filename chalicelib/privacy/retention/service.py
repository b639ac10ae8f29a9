"""What a tenant is shown about retention: the rules, and what the runs did to its own data."""

from chalicelib.kernel.call import Call
from chalicelib.kernel.lists import paginate
from chalicelib.kernel.mapping import to_struct
from chalicelib.kernel.pages import Page
from chalicelib.privacy.retention import rules, sweep, tables
from chalicelib.privacy.retention.schemas import (
    RetentionDeletedBy,
    RetentionRule,
    RetentionRules,
    RetentionRun,
    RunQuery,
)


def runs(call: Call, query: RunQuery) -> Page[RetentionRun]:
    """A page of runs, newest first, each with the tenant's own counts."""
    rows, cursor = paginate(tables.RetentionRunRow, tables.VIEWS, call, query)
    return Page([_view(call, row) for row in rows], cursor)


def declared() -> RetentionRules:
    """Every rule of the product."""
    shown = [
        RetentionRule(
            rule=rule.name,
            table=rule.model.table_name().rpartition("-")[2],
            days=rule.declared.days,
            since=rule.declared.since,
            releases=rule.declared.releases or None,
            deleted_by=RetentionDeletedBy.DATABASE if rule.declared.by_ttl else RetentionDeletedBy.SWEEP,
            basis=rule.declared.basis,
        )
        for rule in rules.declared()
    ]
    return RetentionRules(shown)


def _view(call: Call, row: tables.RetentionRunRow) -> RetentionRun:
    return to_struct(row, RetentionRun, rules=sweep.counts_of(row.rules, call.tenant.key(row.id)))
