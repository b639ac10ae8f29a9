"""The policy as a page for people: one HTML document without scripts, which loads nothing."""

import base64
import hashlib
import html
from collections.abc import Iterable

from chalicelib.privacy.policy import versions
from chalicelib.privacy.policy.schemas import Policy, PolicyOperator, PolicyStatus
from chalicelib.privacy.policy.versions import Version

_STYLE = (
    "body{font:1.05rem/1.6 system-ui,sans-serif;max-width:42rem;margin:0 auto;padding:1rem;color:#1a1a1a;"
    "background:#fff}h1,h2{line-height:1.25}a{color:#0b4fa8}.notice{border-left:.3rem solid #0b4fa8;"
    "padding:.1rem 1rem;background:#eef3fb}dt{font-weight:bold}dd{margin:0 0 .6rem}"
    "@media(prefers-color-scheme:dark){body{color:#eee;background:#161616}a{color:#8ab8ff}"
    ".notice{background:#22304a}}"
)
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
CONTENT_SECURITY_POLICY = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
"""For the pages only; other responses have the API's common policy. The page has one style and no script."""
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
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>Privacy policy</title>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<link rel="icon" href="data:,">\n'
        f"<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n<h1>Privacy policy</h1>\n"
        f"<p>Version {policy.policy_version}. Last updated: {_time(policy.last_updated.isoformat())}. "
        f"In force from {_time(policy.effective_from.isoformat())}.</p>\n"
        f"{_notice(policy, to_versions, to_policy)}{sections}{_operator(policy.operator)}</main>\n"
        f"{_versions(policy, versions.readable(), to_versions)}</body>\n</html>\n"
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
