"""Events of privacy requests. Those with the topic `CARRIES_OUT` lead to the next step of what was asked."""

from chalicelib.kernel.events import Event
from chalicelib.privacy.persons.events import CARRIES_OUT

_WITHOUT = ()

RECEIVED = Event(
    "privacy_request.received", "A person has asked something about his data.", fields=_WITHOUT, topics=(CARRIES_OUT,)
)
UPDATED = Event("privacy_request.updated", "What a privacy request says was changed.", topics=(CARRIES_OUT,))
ACKNOWLEDGED = Event("privacy_request.acknowledged", "The receipt of a privacy request was confirmed.")
CODE_WANTED = Event("privacy_request.code_wanted", "A code is to be mailed to prove the identity of a person.")
CODE_MADE = Event("privacy_request.code_made", "A code to prove the identity of a person was made, to be mailed.")
CODE_MAILED = Event("privacy_request.code_mailed", "A code to prove the identity of a person was mailed.")
CODE_NOT_MAILED = Event("privacy_request.code_not_mailed", "A code could not be mailed to a person.")
CODE_WRONG = Event("privacy_request.code_wrong", "A wrong code was entered for a privacy request, or one that is over.")
VERIFY_FAILED = Event("privacy_request.verify_failed", "Three wrong codes were entered for a privacy request.")
IDENTIFIED = Event(
    "privacy_request.identified", "The identity of the person of a privacy request was checked.", topics=(CARRIES_OUT,)
)
EXPIRED = Event("privacy_request.expired", "The identity of the person of a privacy request was not shown in time.")
CLARIFICATION_ASKED = Event("privacy_request.clarification_asked", "A person was asked what his request means.")
CLARIFIED = Event("privacy_request.clarified", "A person has said what his request means.", topics=(CARRIES_OUT,))
HELD = Event("privacy_request.held", "For a legal reason nothing may go for now.")
RELEASED = Event(
    "privacy_request.released", "The legal reason for which nothing could go has ended.", topics=(CARRIES_OUT,)
)
DECIDED = Event(
    "privacy_request.decided", "A privacy request was granted, granted in part, or refused.", topics=(CARRIES_OUT,)
)
EXTENDED = Event("privacy_request.extended", "A privacy request takes longer, and the person was told so.")
WITHDRAWN = Event("privacy_request.withdrawn", "A person has withdrawn a privacy request.", topics=(CARRIES_OUT,))
CANCELLED = Event("privacy_request.cancelled", "A privacy request was cancelled.", topics=(CARRIES_OUT,))
MARKED_DUPLICATE = Event(
    "privacy_request.marked_duplicate", "A privacy request repeats another one, which leads.", topics=(CARRIES_OUT,)
)
APPEALED = Event("privacy_request.appealed", "A person does not accept what was decided.", topics=(CARRIES_OUT,))
EXECUTION_BEGUN = Event(
    "privacy_request.execution_begun", "What was granted is being done, and cannot be stopped.", topics=(CARRIES_OUT,)
)
EXECUTED = Event("privacy_request.executed", "What was granted is done, and is being checked.", topics=(CARRIES_OUT,))
VERIFIED = Event("privacy_request.verified", "What was done was checked.", topics=(CARRIES_OUT,))
RECIPIENTS_TOLD = Event(
    "privacy_request.recipients_told", "Other parties were told what was done.", topics=(CARRIES_OUT,)
)
DELIVERED = Event("privacy_request.delivered", "The person has the answer.", topics=(CARRIES_OUT,))
FAILED = Event("privacy_request.failed", "A step of doing what was granted has failed.")
RETRIED = Event("privacy_request.retried", "A step that has failed is tried again.", topics=(CARRIES_OUT,))
CLOSED = Event(
    "privacy_request.closed",
    "A privacy request is over; ways to reach the person were removed from it.",
    topics=(CARRIES_OUT,),
)
WARNED = Event("privacy_request.warned", "So much of the legal time of a privacy request is used up without an answer.")
SEARCH_BEGUN = Event("privacy_request.search_begun", "The search for the data of a person has begun.", starts_job=True)
PACKING_BEGUN = Event(
    "privacy_request.packing_begun", "What is stored of a person is being packed for him.", starts_job=True
)
ERASURE_BEGUN = Event("privacy_request.erasure_begun", "What was granted is being erased.", starts_job=True)
RECIPIENT_TOLD = Event(
    "privacy_request.recipient_told", "One of those was told who have the data too.", topics=(CARRIES_OUT,)
)
PACKAGE_FETCHED = Event("privacy_request.package_fetched", "A person has asked for the link to his package.", fields=())
