"""Runs one command for as long as its parent lives.

Started as `python guard.py COMMAND...` with a pipe as standard input. The operating system closes that pipe when the
parent ends in any way, SIGKILL included; the guard then stops the command. It is a separate program because an
orphaned engine would keep its port and its files.
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
    """On Linux the kernel ends the command even when the guard itself is killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _wait(child: subprocess.Popen[bytes]) -> None:
    """Returns when the parent is gone, asks for an end, or the command has ended by itself."""
    while child.poll() is None:
        readable, _, _ = select.select([sys.stdin], [], [], 0.2)
        if readable and not os.read(sys.stdin.fileno(), 1):
            return


def main() -> int:
    # Ctrl-C reaches the whole terminal group: only the parent decides when the command ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.umask(0o077)
    # This program has one thread, so code between fork and exec is safe.
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
