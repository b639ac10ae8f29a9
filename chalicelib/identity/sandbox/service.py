"""Use cases of the clock of a sandbox."""

from contextlib import AbstractContextManager
from datetime import timedelta

from msgspec import UNSET

from chalicelib.access import access_state
from chalicelib.identity.sandbox import events
from chalicelib.identity.sandbox.errors import NotASandbox
from chalicelib.identity.sandbox.schemas import SandboxClock, SandboxClockChange
from chalicelib.kernel import clock
from chalicelib.kernel.call import Call
from chalicelib.kernel.errors import FieldError, Invalid
from chalicelib.kernel.use_case import use_case
from chalicelib.kernel.work import Work

MOST_AHEAD = timedelta(days=731)
"""How far the clock may be ahead of the real time: two years, one of which may be a leap year."""


def read(call: Call) -> SandboxClock:
    """The clock of the caller's sandbox. NotASandbox."""
    if call.clock_setting is None:
        raise _not_a_sandbox()
    return _view(call.clock_setting)


@use_case(events.CLOCK_SET)
def set_clock(work: Work, change: SandboxClockChange) -> SandboxClock:
    """Sets the clock. NotASandbox; Invalid for a time before the one that it shows or too far ahead."""
    setting = access_state.set_clock(work, lambda before: _changed(before, change))
    work.annotate(entity="tenant", entity_id="tenant")
    return _view(setting)


def at_the_new_time(change: SandboxClockChange) -> AbstractContextManager[None]:
    """While it lasts, it is the time that the clock will show, if it is set to one that is allowed: the journal entry
    and the stored answer of the command belong to it. Otherwise a repetition would find the answer expired."""
    if change.at is not UNSET and clock.now() <= change.at <= clock.real() + MOST_AHEAD:
        at = clock.to_milliseconds(change.at)
        return clock.shown_by(clock.Setting(at, clock.real(), is_frozen=change.is_frozen is True))
    return clock.shown_by(clock.setting())


def _changed(before: clock.Setting | None, change: SandboxClockChange) -> clock.Setting:
    if before is None:
        raise _not_a_sandbox()
    shown = before.time()
    at = shown if change.at is UNSET else clock.to_milliseconds(change.at)
    if at < shown:
        message = f"The clock shows {clock.text(shown)} and can only be set forward."
        raise Invalid(errors=[FieldError("/at", "not_forward", message)])
    latest = clock.real() + MOST_AHEAD
    if at > latest:
        raise Invalid(errors=[FieldError("/at", "too_far_ahead", f"Use a time until {clock.text(latest)}.")])
    is_frozen = before.is_frozen if change.is_frozen is UNSET else change.is_frozen
    return clock.Setting(at, clock.real(), is_frozen)


def _view(setting: clock.Setting) -> SandboxClock:
    return SandboxClock(at=setting.at, since=setting.since, is_frozen=setting.is_frozen)


def _not_a_sandbox() -> NotASandbox:
    return NotASandbox("Only the operator makes sandboxes.")
