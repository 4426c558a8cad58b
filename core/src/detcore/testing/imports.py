"""What the import of a module does, as seen by a process that has not imported it yet."""

import atexit
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import cache
from typing import Final

from detcore.plugins.enumerating import enumerated
from detcore.plugins.heavy_imports import HEAVY
from detcore.plugins.search_path import search_path
from detcore.testing.import_observer import TIME_LIMIT_S, Observation

__all__ = ["expect_light_import", "expect_quiet_import", "observed_import"]

LIGHT: Final = (
    "attrs.validators",
    "typing",
    "detcore.specs.models",
    "detcore.specs.evaluation",
    "detcore.specs.training",
)
"""What every config class needs and is loaded once; it is light by core's own tests."""

GRACE_S: Final = 30
"""So long after the time of an import is up, a process that has not told so is ended."""


def observed_import(module: str, *, with_torch: bool) -> Observation:
    """What importing ``module`` did, in a process that has torch and the like loaded already, or has not."""
    preloaded = (*LIGHT, *HEAVY, "pycocotools.mask") if with_torch else LIGHT
    if hasattr(os, "fork"):
        return _observer(preloaded).ask(module)
    observer = _Observer(preloaded)
    observation = observer.ask(module)
    observer.close()
    return observation


def expect_light_import(module: str, advice: str) -> None:
    """Let importing ``module`` load nothing heavy."""
    loaded = _told(module, with_torch=False)["loaded"]
    assert not loaded, f"importing {module} loads {', '.join(loaded)}, also through what it imports: {advice}"


def expect_quiet_import(module: str, *, with_torch: bool) -> None:
    """Let importing ``module`` change nothing but what is imported."""
    found = "; ".join(_side_effects(_told(module, with_torch=with_torch)))
    assert not found, f"importing {module} {found}: do such things when asked to, in a function"


def _told(module: str, *, with_torch: bool) -> Observation:
    observation = observed_import(module, with_torch=with_torch)
    assert not observation["error"], f"{module} cannot be imported by its name: {observation['error']}"
    return observation


def _side_effects(observation: Observation) -> Iterator[str]:
    if observation["printed"]:
        yield f"prints {observation['printed'].strip()!r}"
    if observation["files"]:
        yield f"leaves {enumerated(observation['files'])} in the working directory"
    if observation["changed"]:
        yield f"changes {enumerated(observation['changed'])}"


class _Observer:
    """The process, and the two pipes to it."""

    def __init__(self, preloaded: tuple[str, ...]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "detcore.testing.import_observer", *preloaded],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._requests, self._answers = self._process.stdin, self._process.stdout
        self._known: dict[str, Observation] = {}

    def ask(self, module: str) -> Observation:
        # Folders are told anew each time: a test may have put the module into one that is younger than the process.
        request = json.dumps([module, search_path()])
        if request not in self._known:  # several checks, and several configs of one module, ask the same
            self._known[request] = self._answer(module, request)
        return self._known[request]

    def _answer(self, module: str, request: str) -> Observation:
        deadline = threading.Timer(TIME_LIMIT_S + GRACE_S, self._process.kill)
        deadline.daemon = True
        deadline.start()
        try:
            self._requests.write(f"{request}\n")
            self._requests.flush()
            answer = self._answers.readline()
        finally:
            deadline.cancel()
        assert answer, f"the process that imports modules to watch them ended while it imported {module}"
        observation: Observation = json.loads(answer)
        return observation

    def close(self) -> None:
        self._requests.close()  # no more requests: the process ends by itself
        self._process.wait()
        self._answers.close()


@cache
def _observer(preloaded: tuple[str, ...]) -> _Observer:
    observer = _Observer(preloaded)
    atexit.register(observer.close)
    return observer
