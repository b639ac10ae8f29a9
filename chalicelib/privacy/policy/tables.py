"""The ledger of the privacy policy."""

from pynamodb.expressions.condition import Condition

from chalicelib.kernel.dynamo.attributes import Choice, Moment, Text, Whole
from chalicelib.kernel.dynamo.model import Row, meta
from chalicelib.kernel.dynamo.store import Ref
from chalicelib.kernel.privacy import BUSINESS, USAGE
from chalicelib.kernel.tenant import Tenant, compound
from chalicelib.kernel.views import View, required
from chalicelib.privacy.policy.schemas import PolicyAcceptedHow, PolicyEntryQuery, PolicyStep


class PolicyEntry(Row):
    """A user was shown a version of the privacy policy, or has accepted it: up to two rows for each user and version,
    which never change. Access: by user, version and step; all of a user; all of a tenant, with version and step as
    bounded filters. Limit: 1,000 writes a second for a tenant."""

    Meta = meta("policy_entries")
    partition = Text(BUSINESS, hash_key=True)
    entry = Text(USAGE, range_key=True)
    subject = Text(USAGE)
    policy_version = Whole(BUSINESS)
    content_hash = Text(BUSINESS)
    step: Choice[PolicyStep] = Choice(BUSINESS, PolicyStep)
    shown_at = Moment(USAGE, null=True)
    accepted_at = Moment(USAGE, null=True)
    how: Choice[PolicyAcceptedHow] = Choice(USAGE, PolicyAcceptedHow, null=True)


ENTITY = "policy"
"""What the entries of the journal are about."""


_ORDER = {step: str(place) for place, step in enumerate(PolicyStep)}
"""In keys, so that a user was shown a version before the user accepted it."""


def ref(tenant: Tenant, subject: str, number: int, step: PolicyStep) -> Ref:
    """The entry of a user, version and step."""
    return Ref(PolicyEntry, tenant.key(), compound(subject, f"{number:04d}", _ORDER[step]))


def refs(tenant: Tenant, subject: str, number: int) -> tuple[Ref, Ref]:
    """The entries that the user was shown the version, and has accepted it."""
    return ref(tenant, subject, number, PolicyStep.SHOWN), ref(tenant, subject, number, PolicyStep.ACCEPTED)


def of_user(subject: str) -> Condition:
    """The condition on the sort key that an entry is about this user."""
    found: Condition = PolicyEntry.entry.between(compound(subject, "0"), compound(subject, "~"))
    return found


VIEWS: tuple[View[PolicyEntryQuery], ...] = (
    View(lambda request: PolicyEntry.partition == request.tenant.key(), filters=("policy_version", "step")),
    View(
        lambda request: (PolicyEntry.partition == request.tenant.key()) & of_user(required(request.query.subject)),
        needs=frozenset({"subject"}),
        filters=("policy_version", "step"),
    ),
)
