"""The rules, as the tables declare them. The sweep knows no table by name."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pynamodb.expressions.condition import Condition

from chalicelib.kernel import declaration
from chalicelib.kernel.dynamo.model import Item, Row
from chalicelib.kernel.privacy import Retention

TTL_DELAY = timedelta(days=4)
"""DynamoDB deletes expired rows "within a few days"; what is older was left behind."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One declaration and its table."""

    model: type[Row]
    declared: Retention

    @property
    def name(self) -> str:
        return self.declared.rule

    @property
    def has_mark(self) -> bool:
        """Whether a finished run notes the day up to which it came."""
        return self.declared.daily or self.declared.by_ttl

    def cutoff(self, now: datetime) -> datetime:
        """The time before which rows are due; those that DynamoDB deletes, only when it had its time to do so."""
        return self.declared.cutoff(now - TTL_DELAY if self.declared.by_ttl else now)

    def due(self, cutoff: datetime) -> Condition:
        """The condition under which a row is due: it selects rows and guards their deletion alike."""
        condition: Condition = self._attribute(self.declared.since) <= cutoff
        if self.declared.releases:
            condition &= self._attribute(self.declared.releases).exists()
        return condition

    def objects(self, item: Item) -> list[str]:
        """The keys of the objects that are deleted with the row: what the rule releases, or all that a row holds."""
        names = {rule.releases for rule in self.model.retention_rules() if rule.releases}
        if self.declared.releases:
            names = {self.declared.releases}
        return [item[name]["S"] for name in sorted(names) if name in item]

    def released(self) -> list[Any]:
        """The update that removes what the rule releases; empty when the whole row is deleted."""
        return [self._attribute(self.declared.releases).remove()] if self.declared.releases else []

    def _attribute(self, name: str) -> Any:
        return self.model.get_attributes()[name]


def of(models: Iterable[type[Row]]) -> list[Rule]:
    """The rules of tables, by name. TypeError when two have the same name, one names no attribute, or DynamoDB would
    delete a row before its object."""
    found: dict[str, Rule] = {}
    for model in models:
        for declared in model.retention_rules():
            if declared.rule in found:
                raise TypeError(f"there are two retention rules named {declared.rule}")
            attributes = model.get_attributes()
            if declared.since not in attributes or (declared.releases and declared.releases not in attributes):
                raise TypeError(f"the retention rule {declared.rule} names an attribute that is not there")
            if declared.by_ttl and not _may_expire(model, declared):
                raise TypeError(f"TTL would delete rows of the retention rule {declared.rule} before their objects")
            found[declared.rule] = Rule(model, declared)
    return [found[name] for name in sorted(found)]


def _may_expire(model: type[Row], declared: Retention) -> bool:
    """Whether all objects of a row are gone at the end of its days: DynamoDB deletes none."""
    releasing = [rule for rule in model.retention_rules() if rule.releases]
    return all(not rule.by_ttl and rule.days < declared.days for rule in releasing)


def declared() -> list[Rule]:
    """The rules of all tables of the product."""
    return of(declaration.tables())
