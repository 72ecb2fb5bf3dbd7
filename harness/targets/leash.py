"""Replaces itself by a command that the kernel kills as soon as the process that started it is gone (Linux).

Run by path as a program of its own, `leash.py PARENT_PID COMMAND…`, so that nothing of ours runs between fork and exec.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1

if __name__ == "__main__":
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != int(sys.argv[1]):
        sys.exit(1)  # the parent was gone before the kernel knew
    os.execvp(sys.argv[2], sys.argv[2:])  # noqa: S606 -- the command is the caller's own
