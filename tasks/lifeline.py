"""Processes that end when the one that started them does, however that ends.

A process that is killed (kill -9, the kernel when memory is short) cannot end its children, and
Python's worker processes would wait for work for ever: gigabytes that nobody uses.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import subprocess
import sys
import threading

_WATCH = """
import os, sys
if not sys.stdin.buffer.read():
    try:
        os.kill(int(sys.argv[1]), 9)
    except OSError:
        pass
"""


def end_with_parent() -> None:
    """Have this process end when the one that started it ends. For children of multiprocessing."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def follow() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=follow, name="lifeline", daemon=True).start()


class Lifeline:
    """Has a program that knows nothing of us killed when our process ends without releasing it.

    A small process of its own watches: it waits for the end of a pipe that only we hold.

    Args:
        pid: The program's process.
    """

    def __init__(self, pid: int) -> None:
        command = [sys.executable, "-I", "-S", "-c", _WATCH, str(pid)]
        self._watch = subprocess.Popen(command, stdin=subprocess.PIPE)

    def release(self) -> None:
        """Let go: the program has ended, or may outlive us."""
        with contextlib.suppress(BrokenPipeError):
            self._watch.communicate(b"released")
