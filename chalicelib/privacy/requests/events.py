"""Events of privacy requests. An engine that carries out what was granted follows those with the topic `EXECUTION`."""

from chalicelib.kernel.events import Event

EXECUTION = "privacy_execution"
_WITHOUT = ()

RECEIVED = Event("privacy_request.received", "A person has asked something about his data.", fields=_WITHOUT)
UPDATED = Event("privacy_request.updated", "What a privacy request says was changed.")
ACKNOWLEDGED = Event("privacy_request.acknowledged", "The receipt of a privacy request was confirmed.")
CODE_WANTED = Event("privacy_request.code_wanted", "A code is to be mailed to prove the identity of a person.")
CODE_MADE = Event("privacy_request.code_made", "A code to prove the identity of a person was made, to be mailed.")
CODE_MAILED = Event("privacy_request.code_mailed", "A code to prove the identity of a person was mailed.")
CODE_NOT_MAILED = Event("privacy_request.code_not_mailed", "A code could not be mailed to a person.")
CODE_WRONG = Event("privacy_request.code_wrong", "A wrong code was entered for a privacy request, or one that is over.")
VERIFY_FAILED = Event("privacy_request.verify_failed", "Three wrong codes were entered for a privacy request.")
IDENTIFIED = Event("privacy_request.identified", "The identity of the person of a privacy request was checked.")
EXPIRED = Event("privacy_request.expired", "The identity of the person of a privacy request was not shown in time.")
CLARIFICATION_ASKED = Event("privacy_request.clarification_asked", "A person was asked what his request means.")
CLARIFIED = Event("privacy_request.clarified", "A person has said what his request means.")
HELD = Event("privacy_request.held", "For a legal reason nothing may go for now.")
RELEASED = Event("privacy_request.released", "The legal reason for which nothing could go has ended.")
DECIDED = Event(
    "privacy_request.decided", "A privacy request was granted, granted in part, or refused.", topics=(EXECUTION,)
)
EXTENDED = Event("privacy_request.extended", "A privacy request takes longer, and the person was told so.")
WITHDRAWN = Event("privacy_request.withdrawn", "A person has withdrawn a privacy request.")
CANCELLED = Event("privacy_request.cancelled", "A privacy request was cancelled.")
MARKED_DUPLICATE = Event("privacy_request.marked_duplicate", "A privacy request repeats another one, which leads.")
APPEALED = Event("privacy_request.appealed", "A person does not accept what was decided.")
EXECUTION_BEGUN = Event(
    "privacy_request.execution_begun", "What was granted is being done, and cannot be stopped.", topics=(EXECUTION,)
)
EXECUTED = Event("privacy_request.executed", "What was granted is done, and is being checked.", topics=(EXECUTION,))
VERIFIED = Event("privacy_request.verified", "What was done was checked.", topics=(EXECUTION,))
RECIPIENTS_TOLD = Event(
    "privacy_request.recipients_told", "Other parties were told what was done.", topics=(EXECUTION,)
)
DELIVERED = Event("privacy_request.delivered", "The person has the answer.")
FAILED = Event("privacy_request.failed", "A step of doing what was granted has failed.")
RETRIED = Event("privacy_request.retried", "A step that has failed is tried again.", topics=(EXECUTION,))
CLOSED = Event("privacy_request.closed", "A privacy request is over; ways to reach the person were removed from it.")
WARNED = Event("privacy_request.warned", "So much of the legal time of a privacy request is used up without an answer.")
