"""Runs a command and stops it when the parent process ends.

Started as `python guard.py COMMAND...` with a pipe as standard input. The operating system closes the pipe when the
parent ends, even by SIGKILL; the guard then stops the command. Without it, an orphaned engine would keep its port and
lock its files.
"""

from __future__ import annotations

import ctypes
import os
import select
import signal
import subprocess
import sys

GRACE_SECONDS = 5
PR_SET_PDEATHSIG = 1


def _die_with_guard() -> None:
    """On Linux, makes the kernel end the command when the guard is killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _wait(child: subprocess.Popen[bytes]) -> None:
    """Returns when the parent has ended or requests the end, or the command has ended."""
    while child.poll() is None:
        readable, _, _ = select.select([sys.stdin], [], [], 0.2)
        if readable and not os.read(sys.stdin.fileno(), 1):
            return


def main() -> int:
    # Ctrl-C is sent to the whole process group, but only the parent decides when the command ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.umask(0o077)
    # This program has one thread, so running code between fork and exec is safe.
    child = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, preexec_fn=_die_with_guard)  # noqa: PLW1509 - see above
    signal.signal(signal.SIGTERM, lambda *_: child.terminate())
    _wait(child)
    if child.poll() is None:
        child.terminate()
    try:
        return child.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        return child.wait()


if __name__ == "__main__":
    sys.exit(main())
