"""Splits a process off this one, which leads a group of its own: whatever it starts can be ended with it."""

import os
import signal
from collections.abc import Callable
from typing import NoReturn

__all__ = ["UNDONE", "end_group", "split_off"]

UNDONE = 70
"""Exit status of a process that did not come as far as to act, or whose act raised."""


def split_off(act: Callable[[], object], *, output: int) -> int:
    """Begin to ``act`` in a new process, which ends with it; its number.

    It has nothing to read, and what it prints, below Python too, goes to the file descriptor ``output``.
    """
    process = os.fork()
    if not process:
        _be_split_off(act, output)
    return process


def end_group(process: int) -> bool:
    """End every process that one which led a group has left behind; whether there was any."""
    try:
        os.killpg(process, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def _be_split_off(act: Callable[[], object], output: int) -> NoReturn:
    import resource  # only where processes can be split

    try:
        os.setsid()
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # with torch loaded, a core would be gigabytes
        nothing = os.open(os.devnull, os.O_RDONLY)
        for ours, its_own in ((nothing, 0), (output, 1), (output, 2)):
            os.dup2(ours, its_own)
        act()
    finally:  # whatever happens, it must not come back and do what its parent does
        os._exit(UNDONE)
