"""Imports a plugin in a copy of this process first: what would end this one ends the copy, and is told by name.

It happens on Linux alone. Elsewhere a copy may die of the system's own libraries, and a healthy plugin would be blamed.
"""

import faulthandler
import fcntl
import os
import signal
import sys
import time
import warnings
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from importlib import import_module
from typing import NoReturn

from detcore.errors import PluginError
from detcore.plugins.component import Component
from detcore.plugins.guard import failure_of, failure_sentence, way_without, whose
from detcore.plugins.heavy_imports import HeavyImportWatch
from detcore.plugins.split_process import UNDONE, end_group, split_off

__all__ = ["try_import"]

NOTICE_AFTER_S = 10.0
"""An import that takes longer is told of. It is not ended: what hangs cannot be known from what is slow."""

CAME_BACK, INTERRUPTED_ITSELF, WANTS_TORCH = 86, 87, 88
"""Exit statuses of the copy, which plugins are unlikely to end a process with."""

_AT_FIRST_S, _PATIENCE_S, _LATER_S = 0.5, 0.001, 0.05
"""Between two looks at whether the copy has ended: at first more often, because most come back at once."""

_MOST_TOLD = 1 << 16


def try_import(component: Component, load: Callable[[], object]) -> None:
    """``load`` in a copy of this process, where nothing that is printed is seen; what it raises, it raises here again.

    Nothing is done where a copy would not be whole: beside other threads, and where torch is loaded, which may have
    started some of its own.

    Raises:
        PluginError: the import ended the copy, or raised the ``KeyboardInterrupt`` that nobody had asked for.
    """
    if len(sys._current_frames()) > 1 or "torch" in sys.modules:  # noqa: SLF001  # threading would have to be imported
        return
    with suppress(OSError):  # there may be no more processes
        exit_status, told = _ending_of_copy(component, load)
        if exit_status == WANTS_TORCH:
            with suppress(Exception):  # the plugin will tell
                import_module("torch")
            exit_status, told = _ending_of_copy(component, load)
        if exit_status == INTERRUPTED_ITSELF:
            raise PluginError(told)
        if exit_status not in (CAME_BACK, UNDONE, WANTS_TORCH):
            from detcore.plugins.process_death import cause_of_death  # most come back

            raise PluginError(failure_sentence(component, "being imported", cause_of_death(exit_status, told)))


def _ending_of_copy(component: Component, load: Callable[[], object]) -> tuple[int, str]:
    """Its exit status, and where it was when it was ended, or what it has to say."""
    opened = told, telling, lifeline, held, nowhere = [*os.pipe(), *os.pipe(), os.open(os.devnull, os.O_WRONLY)]
    for end in (told, telling):
        os.set_blocking(end, False)  # neither does the copy wait for a reader, nor the reader for what it has started
    try:
        with warnings.catch_warnings(action="ignore", category=DeprecationWarning):  # of threads that NumPy has
            act = partial(_be_the_copy, component, load, telling, lifeline, held)
            process = split_off(act, output=nowhere)
        exit_status = _exit_status(process, component)
        with suppress(BlockingIOError):
            return exit_status, os.read(told, _MOST_TOLD).decode("utf-8", "replace")
        return exit_status, ""
    finally:
        for descriptor in opened:
            os.close(descriptor)


def _be_the_copy(component: Component, load: Callable[[], object], telling: int, lifeline: int, held: int) -> NoReturn:
    leave = os._exit
    os.close(held)
    _end_when_closed(lifeline)
    faulthandler.enable(telling, all_threads=False)
    sys.meta_path.insert(0, HeavyImportWatch(partial(_leave_torch_to_the_parent, dict(os.environ), leave)))
    try:
        load()
    except KeyboardInterrupt as error:  # no key reaches this process
        os.write(telling, str(failure_of(component, "being imported", error)).encode())
        leave(INTERRUPTED_ITSELF)
    except BaseException:  # noqa: BLE001, S110  # raised once more where there is somebody to tell
        pass
    leave(CAME_BACK)


def _end_when_closed(lifeline: int) -> None:
    """Let whatever ends the parent, a signal too, kill this process and what it starts, whose group is its own."""
    fcntl.fcntl(lifeline, fcntl.F_SETOWN, -os.getpid())
    fcntl.fcntl(lifeline, fcntl.F_SETSIG, signal.SIGKILL)
    fcntl.fcntl(lifeline, fcntl.F_SETFL, os.O_ASYNC)


def _leave_torch_to_the_parent(
    environment: Mapping[str, str], leave: Callable[[int], NoReturn], module: str, _place: str
) -> None:
    """To load it twice would take seconds. Where a plugin has set variables that torch may read, it goes first."""
    if module == "torch" and os.environ == environment:
        leave(WANTS_TORCH)


def _exit_status(process: int, component: Component) -> int:
    """How the copy ended; it is ended, with what it started, where whoever waits for it gives up."""
    begin, is_told, status = time.monotonic(), False, None
    try:
        while status is None:
            waited = time.monotonic() - begin
            time.sleep(_PATIENCE_S if waited < _AT_FIRST_S else _LATER_S)
            if waited > NOTICE_AFTER_S and not is_told:
                is_told = True
                _tell_that_it_lasts(component)
            ended, found = os.waitpid(process, os.WNOHANG)
            status = found if ended else None
    finally:
        if status is None:
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)
        end_group(process)
    return os.waitstatus_to_exitcode(status)


def _tell_that_it_lasts(component: Component) -> None:
    told = f"detcore: still importing {whose(component)} after {NOTICE_AFTER_S:g} s; Ctrl-C stops that, and"
    with suppress(OSError, ValueError, AttributeError):  # stderr is closed, or there is none
        sys.stderr.write(f"{told} {way_without(component)} leaves it out\n")
        sys.stderr.flush()
