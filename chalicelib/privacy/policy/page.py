"""The policy as a page for people."""

import html
from collections.abc import Iterable

from chalicelib.edge import page
from chalicelib.privacy.policy import versions
from chalicelib.privacy.policy.schemas import Policy, PolicyOperator, PolicyStatus
from chalicelib.privacy.policy.versions import Version

_OPEN = "<em>The operator of this service has not filled this in yet.</em>"


def document(policy: Policy, to_versions: str, to_policy: str) -> str:
    """The page of a version. to_versions, to_policy: where the pages of versions and of the policy are, relative to
    this one, because the path may begin with the stage's name."""
    sections = "".join(
        f"<h2>{html.escape(section.title)}</h2>\n<p>"
        + "\n".join(f'<span id="{each.name}">{html.escape(each.text)}</span>' for each in section.sentences)
        + "</p>\n"
        for section in policy.sections
    )
    return page.document(
        "Privacy policy",
        "<main>\n<h1>Privacy policy</h1>\n"
        f"<p>Version {policy.policy_version}. Last updated: {_time(policy.last_updated.isoformat())}. "
        f"In force from {_time(policy.effective_from.isoformat())}.</p>\n"
        f"{_notice(policy, to_versions, to_policy)}{sections}{_operator(policy.operator)}</main>\n"
        f"{_versions(policy, versions.readable(), to_versions)}",
    )


def _notice(policy: Policy, to_versions: str, to_policy: str) -> str:
    """What the reader must know first: that another version counts, or will."""
    if policy.status is PolicyStatus.SUPERSEDED:
        return (
            f'<p class="notice">This version is not in force any more. <a href="{to_policy}">Read the policy</a>.</p>\n'
        )
    coming = versions.announced()
    if policy.status is PolicyStatus.ANNOUNCED:
        return f'<p class="notice">{_change(policy.is_material, policy.summary)}</p>\n'
    if coming is None:
        return ""
    return (
        f'<p class="notice">From {_time(coming.effective_from.isoformat())} a new version is in force: '
        f'<a href="{to_versions}{coming.number}">read version {coming.number}</a>. '
        f"{_change(coming.is_material, coming.summary)}</p>\n"
    )


def _change(is_material: bool, summary: str) -> str:
    step = " You will be asked to accept it." if is_material else ""
    return f"What changes: {html.escape(summary)}{step}"


def _operator(filled: PolicyOperator) -> str:
    """Who runs the service; an open place for what is not filled in."""
    named = {
        "Company": filled.company,
        "Address": filled.address,
        "System administrator": filled.contact,
        "Supervisory authority": filled.authority,
    }
    rows = (f"<dt>{name}</dt>\n<dd>{html.escape(value) if value else _OPEN}</dd>\n" for name, value in named.items())
    return f"<h2>Who runs this service</h2>\n<dl>\n{''.join(rows)}</dl>\n"


def _versions(policy: Policy, known: Iterable[Version], to_versions: str) -> str:
    rows = (
        f"<li>{_link(each, policy, to_versions)}, last updated {_time(each.last_updated.isoformat())}, in force from "
        f"{_time(each.effective_from.isoformat())}: {html.escape(each.summary)}</li>\n"
        for each in known
    )
    return (
        f'<nav aria-label="Versions of this policy">\n<h2>Versions</h2>\n<ul>\n{"".join(rows)}</ul>\n</nav>\n'
        f"<footer>\n<p>SHA-256 of the text of this version: <code>{policy.content_hash[:32]}<wbr>"
        f"{policy.content_hash[32:]}</code></p>\n</footer>\n"
    )


def _link(version: Version, policy: Policy, to_versions: str) -> str:
    name = f"Version {version.number}"
    if version.number == policy.policy_version:
        return f'<span aria-current="page">{name}</span>'
    return f'<a href="{to_versions}{version.number}">{name}</a>'


def _time(day: str) -> str:
    return f'<time datetime="{day}">{day}</time>'
