"""Commands: a program of the user's gets the message on its standard input, as JSON."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
from dataclasses import dataclass

from tasks.errors import DeliveryError, UsageError
from tasks.watch.message import Message

TIMEOUT = 30.0
"""Seconds after which it is killed, with all that it has started."""


@dataclass(frozen=True, slots=True)
class Command:
    """A program to run."""

    arguments: tuple[str, ...]
    """Its name and arguments. No shell reads them: nothing of an article can become a command."""

    def send(self, message: Message) -> None:
        """Run the program; exit code 0 counts as arrived.

        Raises:
            DeliveryError: It failed, is not there, or took too long.
        """
        try:
            with subprocess.Popen(
                self.arguments,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            ) as process:
                try:
                    process.communicate(message.body, timeout=TIMEOUT)
                except subprocess.TimeoutExpired:
                    _kill(process)
                    raise DeliveryError(f"the command took more than {TIMEOUT:.0f} s") from None
                except BaseException:
                    _kill(process)
                    raise
        except OSError as error:
            raise DeliveryError(f"the command cannot be run ({error.strerror})") from None
        if process.returncode:
            raise DeliveryError(f"the command ended with code {process.returncode}")


def make_command(line: str) -> Command:
    """Read a command line, quotes and all.

    Raises:
        UsageError: It is empty, or a quote is not closed.
    """
    try:
        arguments = tuple(shlex.split(line))
    except ValueError as error:
        raise UsageError(f"the command {line!r} cannot be read: {error}") from error
    if not arguments:
        raise UsageError("command: names no program")
    return Command(arguments)


def _kill(process: subprocess.Popen[bytes]) -> None:
    if hasattr(os, "killpg"):
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
