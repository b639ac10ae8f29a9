"""The declaration of privacy requests."""

from chalicelib.access.roles import Role, admin_and
from chalicelib.events.queues import Queue
from chalicelib.kernel.counts import Count
from chalicelib.kernel.declaration import BY_USE_CASES, Module
from chalicelib.kernel.events import Consumer
from chalicelib.kernel.privacy import Purpose
from chalicelib.kernel.recipients import Recipient

MODULE = Module(
    "privacy.requests",
    routes="routes",
    tables=("tables",),
    writers={"privacy_requests": BY_USE_CASES},
    consumers=(
        Consumer(
            "privacy.codes",
            "consumers.mail_codes",
            Queue.NOTIFICATIONS,
            events=frozenset({"privacy_request.received", "privacy_request.code_wanted"}),
        ),
    ),
    events="events",
    permissions={
        "privacy_request.read": admin_and(Role.PRIVACY_OFFICER, Role.AUDITOR),
        "privacy_request.manage": admin_and(Role.PRIVACY_OFFICER),
    },
    samples="samples",
    counts=(
        Count(
            "open_privacy_requests",
            "service.count_open",
            permission="privacy_request.read",
            meaning="Requests of persons about their data that are not answered yet.",
        ),
        Count(
            "overdue_privacy_requests",
            "service.count_overdue",
            permission="privacy_request.read",
            meaning="Those of them whose legal time is over.",
        ),
    ),
    recipients=(
        Recipient(
            "mail",
            fields={"privacy_requests.subject.emails": "email"},
            purpose=Purpose.NOTIFY,
            reason="A code that proves who asks for data",
            place="Amazon SES, in the region of all data",
        ),
    ),
    quotas=("identity.CODES",),
)
