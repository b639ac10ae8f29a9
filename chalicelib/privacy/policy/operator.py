"""Who runs the service, as the operator has configured it for the stage. No lawyer's text is invented here: what is not
configured is shown as an open place."""

from chalicelib.kernel import config
from chalicelib.privacy.policy.schemas import PolicyOperator


def current() -> PolicyOperator:
    """Who runs the service; null for what is not filled in."""
    filled = config.current()
    return PolicyOperator(
        company=filled.operator_company or None,
        address=filled.operator_address or None,
        contact=filled.operator_contact or None,
        authority=filled.operator_authority or None,
    )
