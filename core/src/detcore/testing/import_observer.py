"""A process of its own that imports modules and tells what came of it; ``detcore.testing.imports`` talks to it.

Each import happens in a fork, so that every module is imported for the first time, while what is slow to load and of no
interest, such as torch, is loaded once. Where a system cannot fork, the process answers once and ends.

Nothing heavy is imported here.
"""

import importlib
import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import NoReturn, TextIO, TypedDict

from detcore.plugins.heavy_imports import HEAVY
from detcore.plugins.probing.shared_state import changed_parts, shared_state
from detcore.plugins.split_process import end_group, split_off

__all__ = ["TIME_LIMIT_S", "Observation", "main"]

TIME_LIMIT_S = 300
"""An import that takes longer hangs."""

_PATIENCE_S = 0.002
"""Between two looks at whether an import has ended."""


class Observation(TypedDict):
    """What an import did."""

    error: str
    """Why it failed; empty: it did not."""

    loaded: list[str]
    """Which of the heavy modules are loaded, apart from those that were before."""

    changed: list[str]
    """Parts of what all modules share, by name."""

    printed: str
    files: list[str]
    """Files it left in the working directory, which was empty."""


def main(preloaded: Sequence[str], requests: TextIO, answers: TextIO) -> None:
    """Answer every request, a line of JSON with a module's name and ``sys.path``, with one observation a line."""
    for module in preloaded:
        try:
            importlib.import_module(module)
        except ImportError:  # not every environment has all of them
            continue
    for line in requests:
        module, path = json.loads(line)
        with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile("w+", errors="replace") as printed:
            if hasattr(os, "fork"):
                observation = _forked(partial(_observed, module, path, folder), printed, answers)
            else:
                _print_into(printed)
                observation = _observed(module, path, folder)
            printed.seek(0)
            observation["printed"] = printed.read()
        answers.write(json.dumps(observation) + "\n")
        answers.flush()


def _forked(observe: Callable[[], Observation], printed: TextIO, answers: TextIO) -> Observation:
    """What a process of its own observes.

    It tells that by a file: at the end of a pipe, one would wait for whatever processes the import has left behind.
    """
    with tempfile.TemporaryFile("w+") as told:
        process = split_off(partial(_tell, observe, told, answers), output=printed.fileno())
        status = _exit_status(process)
        left_processes = end_group(process)
        told.seek(0)
        text = told.read()
    if not text:
        what = f"takes longer than {TIME_LIMIT_S} s" if status is None else f"ends the process ({status})"
        return _nothing_but(what)
    observation: Observation = json.loads(text)
    if left_processes:
        observation["changed"].append("the running processes")
    return observation


def _tell(observe: Callable[[], Observation], told: TextIO, answers: TextIO) -> NoReturn:
    answers.close()  # what the import leaves behind must not keep it open
    told.write(json.dumps(observe()))
    told.flush()
    os._exit(0)


def _exit_status(process: int) -> int | None:
    """How it ended; ``None``: its time was up."""
    deadline = time.monotonic() + TIME_LIMIT_S
    while time.monotonic() < deadline:
        found, status = os.waitpid(process, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        time.sleep(_PATIENCE_S)
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)
    return None


def _observed(module: str, path: list[str], folder: str) -> Observation:
    back = os.getcwd()  # noqa: PTH109  # as a string, for chdir
    os.chdir(folder)
    sys.path[:] = path
    before, heavy = shared_state(), _heavy()
    observation = _nothing_but(_failure_of_importing(module))
    observation["loaded"] = sorted(_heavy() - heavy)
    observation["changed"] = changed_parts(before)
    observation["files"] = sorted(os.listdir(folder))  # noqa: PTH208  # names alone
    sys.stdout.flush()
    sys.stderr.flush()
    os.chdir(back)
    return observation


def _failure_of_importing(module: str) -> str:
    try:
        importlib.import_module(module)
    except BaseException as failure:  # noqa: BLE001  # SystemExit too: the module is not ours
        return f"{type(failure).__name__}: {failure}"
    return ""


def _nothing_but(error: str) -> Observation:
    return {"error": error, "loaded": [], "changed": [], "printed": "", "files": []}


def _heavy() -> set[str]:
    return sys.modules.keys() & set(HEAVY)


def _print_into(file: TextIO) -> None:
    """What is printed from now on, below Python too; this process has nothing else to say there."""
    for stream in (1, 2):
        os.dup2(file.fileno(), stream)


if __name__ == "__main__":
    # Answers leave by a stream of their own, whatever a module does to the standard ones.
    main(sys.argv[1:], sys.stdin, os.fdopen(os.dup(1), "w"))
