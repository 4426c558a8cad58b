"""A process of its own that imports modules and tells what came of it; ``detcore.testing.imports`` talks to it.

Each import happens in a fork, so that every module is imported for the first time, while what is slow to load and of no
interest, such as torch, is loaded once. Where a system cannot fork, the process answers once and ends.

Only the standard library is imported here.
"""

import importlib
import json
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Sequence
from typing import TextIO, TypedDict

from detcore.testing.global_state import changed_parts, global_state

__all__ = ["HEAVY", "TIME_LIMIT_S", "Observation", "main"]

HEAVY = ("torch", "torchvision", "cv2", "pycocotools", "numpy", "safetensors", "rich")
"""What the module of a config class may not load."""

TIME_LIMIT_S = 300
"""An import that takes longer hangs."""


class Observation(TypedDict):
    """What an import did."""

    error: str
    """Why it failed; empty: it did not."""

    loaded: list[str]
    """Which of :data:`HEAVY` are loaded, apart from those that were before."""

    changed: list[str]
    """Parts of the global state, by name."""

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
    answer = _forked if hasattr(os, "fork") else _observed
    for line in requests:
        module, path = json.loads(line)
        with tempfile.TemporaryDirectory() as folder:
            answers.write(json.dumps(answer(module, path, folder)) + "\n")
        answers.flush()


def _forked(module: str, path: list[str], folder: str) -> Observation:
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        signal.alarm(TIME_LIMIT_S)
        with os.fdopen(writing, "w") as pipe:
            pipe.write(json.dumps(_observed(module, path, folder)))
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        text = pipe.read()
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if text:
        observation: Observation = json.loads(text)
        return observation
    what = f"takes longer than {TIME_LIMIT_S} s" if status == -signal.SIGALRM else f"ends the process ({status})"
    return {"error": what, "loaded": [], "changed": [], "printed": "", "files": []}


def _observed(module: str, path: list[str], folder: str) -> Observation:
    back = os.getcwd()  # noqa: PTH109  # pathlib is not loaded by a bare interpreter
    os.chdir(folder)
    sys.path[:] = path
    before, heavy = global_state(), _heavy()
    printed, error = _printed_by(lambda: importlib.import_module(module))
    observation: Observation = {
        "error": error,
        "loaded": sorted(_heavy() - heavy),
        "changed": changed_parts(before),
        "printed": printed,
        "files": sorted(os.listdir(folder)),  # noqa: PTH208  # as above
    }
    os.chdir(back)
    return observation


def _heavy() -> set[str]:
    return sys.modules.keys() & set(HEAVY)


def _printed_by(act: Callable[[], object]) -> tuple[str, str]:
    """What reaches the standard streams, below Python too, and why the act failed."""
    error = ""
    kept = [(stream, os.dup(stream)) for stream in (1, 2)]
    with tempfile.TemporaryFile("w+") as file:
        for stream, _ in kept:
            os.dup2(file.fileno(), stream)
        try:
            act()
        except BaseException as failure:  # noqa: BLE001  # SystemExit too: the module is not ours
            error = f"{type(failure).__name__}: {failure}"
        sys.stdout.flush()
        sys.stderr.flush()
        for stream, copy in kept:
            os.dup2(copy, stream)
            os.close(copy)
        file.seek(0)
        return file.read(), error


if __name__ == "__main__":
    # Answers leave by a stream of their own, whatever a module does to the standard ones.
    main(sys.argv[1:], sys.stdin, os.fdopen(os.dup(1), "w"))
